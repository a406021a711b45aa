// UDP through a FaultPlan.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tests/support/fault_path.h"

namespace ems::test {

namespace asio = boost::asio;
using asio::ip::udp;

namespace {

constexpr std::size_t kDatagramMax = 65'536;
constexpr std::size_t kOnTheWayMax = 65'536; // packets of one direction
constexpr int kReadsPerTurn = 64;            // so that timers and the other sockets get their turn
constexpr int kSocketBuffer = 4 << 20;

using Bytes = std::vector<std::uint8_t>;

// A client's address with the socket that stands for it towards the target.
struct Peer {
    Peer(asio::io_context& io, udp::endpoint where) : client(std::move(where)), socket(io) {}
    const udp::endpoint client;
    udp::socket socket;
};

struct Packet {
    std::shared_ptr<Peer> peer;
    std::uint64_t number{0};
    Bytes bytes;
};

class UdpPath final : public FaultPath {
  public:
    UdpPath(asio::io_context& io, FaultBoard& board, const FaultAddresses& addresses,
            std::uint64_t seed)
        : io_(io), board_(board), addresses_(addresses), socket_(io),
          timer_(io), ways_{Way{Direction::up, derived_seed(seed, 0)},
                            Way{Direction::down, derived_seed(seed, 1)}} {}

    Result<void> listen() override;
    void refuse() override {}
    void wake() override { deliver(); }
    void end(Ending how) override;
    void stop() override;

  private:
    struct Way {
        Way(Direction d, std::uint64_t seed) : direction(d), plan(seed) {}
        const Direction direction;
        FaultPlan plan;
        DelayLine<Packet> line;
        std::uint64_t numbered{0};
        std::uint64_t number_out{0};
        std::uint64_t bytes_out{0};
        bool cut{false};
    };
    Way& up() { return ways_[0]; }
    Way& down() { return ways_[1]; }

    static void open(udp::socket& socket, const udp::endpoint& own,
                     boost::system::error_code& error);
    void wait_for_clients();
    void wait_for_target(const std::shared_ptr<Peer>& peer);
    std::shared_ptr<Peer> peer_of(const udp::endpoint& client);
    void take(Way& way, const std::shared_ptr<Peer>& peer, std::size_t size);
    void deliver();
    void deliver(Way& way, Ticks now);
    void send(Way& way, const Packet& packet);
    [[nodiscard]] bool dark(Way& way, const Faults& faults, std::size_t size);

    asio::io_context& io_;
    FaultBoard& board_;
    const FaultAddresses addresses_;
    udp::socket socket_;
    asio::steady_timer timer_;
    std::array<Way, 2> ways_;
    std::map<udp::endpoint, std::shared_ptr<Peer>> peers_;
    std::array<std::uint8_t, kDatagramMax> buffer_{};
};

void UdpPath::open(udp::socket& socket, const udp::endpoint& own,
                   boost::system::error_code& error) {
    socket.open(own.protocol(), error);
    if (!error) {
        boost::system::error_code ignored;
        socket.set_option(asio::socket_base::receive_buffer_size{kSocketBuffer}, ignored);
        socket.set_option(asio::socket_base::send_buffer_size{kSocketBuffer}, ignored);
        socket.bind(own, error);
    }
    if (!error) {
        socket.non_blocking(true, error);
    }
}

Result<void> UdpPath::listen() {
    if (socket_.is_open()) {
        return {};
    }
    boost::system::error_code error;
    open(socket_, {addresses_.listen, addresses_.listen_port}, error);
    if (error) {
        return fail(error == asio::error::address_in_use ? Code::busy : Code::io, error.message());
    }
    wait_for_clients();
    return {};
}

void UdpPath::wait_for_clients() {
    socket_.async_wait(udp::socket::wait_read, [this](const boost::system::error_code& failed) {
        if (failed) {
            return;
        }
        for (int i = 0; i < kReadsPerTurn; ++i) {
            udp::endpoint client;
            boost::system::error_code error;
            const std::size_t size = socket_.receive_from(asio::buffer(buffer_), client, 0, error);
            if (error == asio::error::would_block) {
                break;
            }
            if (const auto peer = error ? nullptr : peer_of(client); peer) {
                take(up(), peer, size);
            }
        }
        deliver();
        wait_for_clients();
    });
}

std::shared_ptr<Peer> UdpPath::peer_of(const udp::endpoint& client) {
    if (const auto known = peers_.find(client); known != peers_.end()) {
        return known->second;
    }
    auto peer = std::make_shared<Peer>(io_, client);
    boost::system::error_code error;
    if (peers_.size() < FaultProxy::kPeersMax) {
        const bool v4 = addresses_.target.is_v4();
        open(peer->socket, {v4 ? udp::v4() : udp::v6(), 0}, error);
        if (!error) {
            peer->socket.connect({addresses_.target, addresses_.target_port}, error);
        }
    }
    if (error || !peer->socket.is_open()) {
        board_.count_peers([](FaultStatus& status) { ++status.refused; });
        return nullptr;
    }
    peers_.emplace(client, peer);
    board_.count_peers([](FaultStatus& status) {
        ++status.peers;
        ++status.open;
    });
    wait_for_target(peer);
    return peer;
}

void UdpPath::wait_for_target(const std::shared_ptr<Peer>& peer) {
    peer->socket.async_wait(
        udp::socket::wait_read, [this, peer](const boost::system::error_code& failed) {
            if (failed) {
                return;
            }
            for (int i = 0; i < kReadsPerTurn; ++i) {
                boost::system::error_code error;
                const std::size_t size = peer->socket.receive(asio::buffer(buffer_), 0, error);
                if (error == asio::error::would_block) {
                    break;
                }
                if (!error) { // else "nobody listens at the target", told by ICMP
                    take(down(), peer, size);
                }
            }
            deliver();
            wait_for_target(peer);
        });
}

bool UdpPath::dark(Way& way, const Faults& faults, std::size_t size) {
    if (!faults.cut_after_bytes) {
        way.cut = false;
        return false;
    }
    if (!way.cut && way.bytes_out + size > *faults.cut_after_bytes) {
        way.cut = true;
        board_.count(way.direction, [](FaultCounters& counters) { ++counters.cut; });
    }
    return way.cut;
}

void UdpPath::take(Way& way, const std::shared_ptr<Peer>& peer, std::size_t size) {
    const Faults faults = board_.faults(way.direction);
    const Ticks now = std::chrono::steady_clock::now();
    FaultPlan::Verdict verdict = way.plan.packet(size, now, faults);
    if (verdict.fate == FaultPlan::Fate::delivered &&
        way.line.size() + verdict.copies > kOnTheWayMax) {
        verdict.fate = FaultPlan::Fate::overflowed;
    }
    const bool delivered = verdict.fate == FaultPlan::Fate::delivered;
    board_.count(way.direction, [&](FaultCounters& counters) {
        ++counters.packets_in;
        counters.bytes_in += size;
        counters.lost += verdict.fate == FaultPlan::Fate::lost ? 1U : 0U;
        counters.overflowed += verdict.fate == FaultPlan::Fate::overflowed ? 1U : 0U;
        counters.swallowed += verdict.fate == FaultPlan::Fate::swallowed ? 1U : 0U;
        counters.duplicated += delivered ? verdict.copies - 1U : 0U;
        counters.corrupted += delivered && verdict.flip ? 1U : 0U;
        counters.delayed += delivered && verdict.at > now ? 1U : 0U;
    });
    const std::uint64_t number = ++way.numbered;
    if (!delivered) {
        return;
    }
    Bytes bytes{buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(size)};
    if (verdict.flip) {
        bytes[verdict.flip->at] ^= verdict.flip->mask;
    }
    for (unsigned copy = 1; copy < verdict.copies; ++copy) {
        way.line.push(verdict.at, {peer, number, bytes});
    }
    way.line.push(verdict.at, {peer, number, std::move(bytes)});
}

void UdpPath::deliver() {
    const Ticks now = std::chrono::steady_clock::now();
    std::optional<Ticks> next;
    for (Way& way : ways_) {
        deliver(way, now);
        const auto at = way.line.next();
        const bool held = board_.faults(way.direction).passage == Passage::hold;
        if (at && !held) {
            next = std::min(*at, next.value_or(*at));
        }
    }
    if (!next) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(*next);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) {
            deliver();
        }
    });
}

void UdpPath::deliver(Way& way, Ticks now) {
    const Faults faults = board_.faults(way.direction);
    if (faults.passage == Passage::hold) {
        return;
    }
    while (const auto packet = way.line.pop(now)) {
        if (faults.passage == Passage::black_hole || dark(way, faults, packet->bytes.size())) {
            board_.count(way.direction, [](FaultCounters& counters) { ++counters.swallowed; });
        } else {
            send(way, *packet);
        }
    }
}

void UdpPath::send(Way& way, const Packet& packet) {
    const auto once = [&] {
        boost::system::error_code error;
        if (way.direction == Direction::up) {
            packet.peer->socket.send(asio::buffer(packet.bytes), 0, error);
        } else {
            socket_.send_to(asio::buffer(packet.bytes), packet.peer->client, 0, error);
        }
        return error;
    };
    boost::system::error_code error = once();
    if (error == asio::error::connection_refused) {
        error = once(); // it told about an earlier packet
    }
    const bool late = packet.number < way.number_out;
    way.number_out = std::max(way.number_out, packet.number);
    way.bytes_out += error ? 0 : packet.bytes.size();
    board_.count(way.direction, [&](FaultCounters& counters) {
        counters.packets_out += error ? 0U : 1U;
        counters.bytes_out += error ? 0U : packet.bytes.size();
        counters.overflowed += error ? 1U : 0U;
        counters.reordered += late ? 1U : 0U;
    });
}

void UdpPath::end(Ending) {
    for (const auto& [client, peer] : peers_) {
        boost::system::error_code ignored;
        peer->socket.close(ignored);
    }
    peers_.clear();
    for (Way& way : ways_) {
        const std::size_t dropped = way.line.size();
        way.line.clear();
        way.plan.forget_order();
        board_.count(way.direction,
                     [dropped](FaultCounters& counters) { counters.swallowed += dropped; });
    }
    board_.count_peers([](FaultStatus& status) { status.open = 0; });
}

void UdpPath::stop() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
    end(Ending::orderly);
}

} // namespace

std::unique_ptr<FaultPath> make_udp_path(asio::io_context& io, FaultBoard& board,
                                         const FaultAddresses& addresses, std::uint64_t seed) {
    return std::make_unique<UdpPath>(io, board, addresses, seed);
}

} // namespace ems::test
