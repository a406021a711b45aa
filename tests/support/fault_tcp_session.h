// One TCP connection through the proxy: two pipes, each with its own queue. Inside of FaultProxy.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tests/support/fault_path.h"

namespace ems::test {

// What the connections of one proxy share.
struct TcpLink {
    boost::asio::io_context& io;
    FaultBoard& board;
    const boost::asio::ip::tcp::endpoint target;
    const std::uint64_t seed;
    std::array<FaultPlan, 2> plans; // up, down
    std::function<void(std::uint64_t number)> gone;
};

// Small buffers and segments, so that the kernel hides little of what waits; before connect() or
// listen().
void narrow_tcp(int fd);

inline constexpr std::size_t kTcpReadMax = 16'384;

class TcpSession : public std::enable_shared_from_this<TcpSession> {
  public:
    enum class Start { connected, dead }; // dead: made in a black hole, swallows everything
    // `link` outlives the session.
    TcpSession(TcpLink& link, boost::asio::ip::tcp::socket client, std::uint64_t number);
    void start(Start how);
    void wake();
    void end(Ending how);
    void close();

  private:
    using Bytes = std::vector<std::uint8_t>;
    struct Piece {
        Ticks at{};
        Bytes bytes; // empty: the end of the stream
    };
    struct Pipe {
        Pipe(boost::asio::io_context& io, Direction way, boost::asio::ip::tcp::socket& from,
             boost::asio::ip::tcp::socket& to, std::uint64_t seed)
            : direction(way), source(from), sink(to), corruption(seed), due(io), room(io) {}
        const Direction direction;
        boost::asio::ip::tcp::socket& source;
        boost::asio::ip::tcp::socket& sink;
        StreamCorruption corruption;
        boost::asio::steady_timer due, room;
        std::array<std::uint8_t, kTcpReadMax> buffer{};
        std::deque<Piece> queue;
        std::size_t queued{0};
        Bytes writing;
        std::uint64_t delivered{0};
        bool reading{false};
        bool source_ended{false};
        bool sink_ended{false};
        bool dead{false}; // its stream has a hole
        bool cutting{false};
    };
    [[nodiscard]] Pipe& other(const Pipe& pipe) { return &pipe == &up_ ? down_ : up_; }
    [[nodiscard]] Faults faults(const Pipe& pipe) const;
    [[nodiscard]] bool swallows(const Pipe& pipe) const;

    void read(Pipe& pipe);
    std::size_t readable(Pipe& pipe);
    void on_read(Pipe& pipe, const boost::system::error_code& error, std::size_t size);
    void take(Pipe& pipe, std::size_t size);
    void source_gone(Pipe& pipe, const boost::system::error_code& error);
    void deliver(Pipe& pipe);
    void gather(Pipe& pipe, Ticks now, const Faults& faults);
    void write(Pipe& pipe);
    void on_written(Pipe& pipe, const boost::system::error_code& error, std::size_t size);
    void die(Pipe& pipe);
    void cut(Pipe& pipe);
    void close_if_done();

    TcpLink& link_;
    const std::uint64_t number_;
    boost::asio::ip::tcp::socket client_;
    boost::asio::ip::tcp::socket target_;
    Pipe up_;
    Pipe down_;
    boost::asio::steady_timer farewell_;
    bool connected_{false};
    bool ending_{false};
    bool closed_{false};
};

} // namespace ems::test
