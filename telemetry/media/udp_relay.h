// The one UDP socket of ems-mediad: Asio says when it is readable, recvmmsg and sendmmsg move the
// packets, and of the packets of one viewer those of one size leave as one UDP_SEGMENT send where
// the kernel has it (found out at run time; else one message each). The handler decides. All on the
// executor's single thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "telemetry/base/result.h"
#include "telemetry/media/outbox.h"
#include "telemetry/media/voice_hub.h"

namespace ems::media {

// Whether the fan-out may use UDP_SEGMENT.
enum class Segmentation { when_there, never };

// Ends that are reached by another way than the socket: their endpoints have the address 0.0.0.0.
class StreamPaths {
  public:
    virtual ~StreamPaths() = default;
    // False: it is not sent. What would be seen late is not.
    virtual bool send(const Outgoing& packet) = 0;
    // Likewise, of the intercom.
    virtual bool send_speech(const video::Endpoint& to, std::span<const std::uint8_t> packet) = 0;
    // Nobody may have what waits for this end any more.
    virtual void drop(const video::Endpoint& end) = 0;
};

class UdpRelay {
  public:
    // `handler` outlives this object.
    UdpRelay(boost::asio::any_io_executor executor, DatagramHandler& handler,
             Segmentation segmentation = Segmentation::when_there);
    ~UdpRelay();
    UdpRelay(const UdpRelay&) = delete;
    UdpRelay& operator=(const UdpRelay&) = delete;

    // The intercom's packets go there from now on, before those of cameras in every batch. Outlives
    // this object; before start().
    void attach(VoiceHub& voice) { voice_ = &voice; }

    // Packets to ends of other ways go there from now on. Outlives this object; before start().
    void attach(StreamPaths& streams) { streams_ = &streams; }
    // A packet that came by such a way, as if it were a datagram; its bytes are changed.
    Proof take(std::span<std::uint8_t> packet, const video::Endpoint& from);

    // Errors: invalid_argument (address), busy (the port is taken), io.
    Result<void> bind(const std::string& address, std::uint16_t port);
    // Begins to receive.
    void start();
    // Lets the handler do what time asks for, and sends it.
    void tick();
    // What the handler sends for another reason than a datagram or time: `fill` puts it out.
    void send(const std::function<void(Ticks now, Outbox& out)>& fill);
    // Likewise of the intercom.
    void send_speech(const std::function<void(Ticks now, Outbox& out)>& fill);
    void stop();
    [[nodiscard]] bool is_open() const { return fd_ >= 0; }
    [[nodiscard]] bool segments() const { return segments_; }

  private:
    // Whether a turn ended with the socket empty or with more in it.
    enum class Left { nothing, more };
    void wait();
    void turn();
    void close();
    Left receive();
    void receive_voice(std::size_t count, Ticks now);
    void flush_voice();
    void flush();
    void flush_streams();
    void drop_ended();
    void arm();

    class Sender;
    struct Batch;
    int fd_{-1};
    boost::asio::posix::stream_descriptor readable_; // fd_ while it is waited for, else nothing
    boost::asio::steady_timer due_;
    std::optional<Ticks> armed_;
    DatagramHandler& handler_;
    const Segmentation segmentation_;
    bool segments_{false};
    Outbox outbox_;
    StreamPaths* streams_{nullptr};
    VoiceHub* voice_{nullptr};
    Outbox voice_outbox_;
    std::shared_ptr<Batch> batch_; // gone with this object: a turn posted before does nothing
};

} // namespace ems::media
