#include "tests/support/fault_tcp_session.h"

#include <algorithm>
#include <netinet/tcp.h>
#include <span>

#include <boost/asio/write.hpp>

namespace ems::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kSegment = 1'460; // bytes that pass a token bucket together, as on Ethernet
constexpr std::size_t kWriteMax = 65'536;
constexpr std::size_t kOnTheWayMax = 4U << 20U; // bytes of one direction of a connection
constexpr int kKernelBuffer = 16'384; // Linux doubles it; its own choice would hide megabytes
constexpr std::chrono::seconds kFarewellMax{1};

std::size_t index_of(Direction direction) {
    return direction == Direction::up ? 0 : 1;
}

} // namespace

void narrow_tcp(int fd) {
    const int segment = kSegment;
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kKernelBuffer, sizeof kKernelBuffer);
}

TcpSession::TcpSession(TcpLink& link, tcp::socket client, std::uint64_t number)
    : link_(link), number_(number), client_(std::move(client)), target_(link.io),
      up_(link.io, Direction::up, client_, target_, derived_seed(link.seed, 2 * number)),
      down_(link.io, Direction::down, target_, client_, derived_seed(link.seed, 2 * number + 1)),
      farewell_(link.io) {}

Faults TcpSession::faults(const Pipe& pipe) const {
    return link_.board.faults(pipe.direction);
}

bool TcpSession::swallows(const Pipe& pipe) const {
    return pipe.dead || faults(pipe).passage == Passage::black_hole;
}

void TcpSession::start(Start how) {
    error_code ignored;
    client_.set_option(tcp::no_delay{true}, ignored);
    read(up_);
    if (how == Start::dead) {
        die(up_);
        die(down_);
        down_.source_ended = true;
        return;
    }
    target_.open(link_.target.protocol(), ignored);
    narrow_tcp(target_.native_handle());
    target_.async_connect(link_.target, [this, self = shared_from_this()](const error_code& error) {
        if (closed_) {
            return;
        }
        if (error) {
            link_.board.count_peers([](FaultStatus& status) { ++status.refused; });
            end(Ending::reset);
            return;
        }
        error_code failed;
        target_.set_option(tcp::no_delay{true}, failed);
        connected_ = true;
        wake();
    });
}

void TcpSession::wake() {
    for (Pipe* pipe : {&up_, &down_}) {
        deliver(*pipe);
        read(*pipe);
    }
}

// Bytes that may be read now; when 0, something is set up that calls read() again.
std::size_t TcpSession::readable(Pipe& pipe) {
    if (ending_ || swallows(pipe)) {
        return kTcpReadMax;
    }
    const Faults settings = faults(pipe);
    const std::size_t bound = settings.passage == Passage::hold
                                  ? std::min<std::size_t>(settings.queue_bytes, kOnTheWayMax)
                                  : kOnTheWayMax;
    if (pipe.queued >= bound) {
        return 0; // delivery reads on
    }
    const std::size_t limit = std::min(kTcpReadMax, bound - pipe.queued);
    if (settings.rate_bytes_per_s == 0) {
        return limit;
    }
    const Ticks now = std::chrono::steady_clock::now();
    FaultPlan& plan = link_.plans[index_of(pipe.direction)];
    const std::size_t room = plan.room(now, settings);
    if (room > 0) {
        return std::min({limit, kSegment, room});
    }
    pipe.room.expires_at(plan.room_at(now, settings));
    pipe.room.async_wait([this, self = shared_from_this(), &pipe](const error_code& cancelled) {
        if (!cancelled) {
            read(pipe);
        }
    });
    return 0;
}

void TcpSession::read(Pipe& pipe) {
    const bool usable = &pipe == &up_ || connected_;
    if (closed_ || !usable || pipe.reading || pipe.source_ended) {
        return;
    }
    const std::size_t limit = readable(pipe);
    if (limit == 0) {
        return;
    }
    pipe.reading = true;
    pipe.source.async_read_some(
        asio::buffer(pipe.buffer.data(), limit),
        [this, self = shared_from_this(), &pipe](const error_code& error, std::size_t size) {
            pipe.reading = false;
            if (!closed_) {
                on_read(pipe, error, size);
            }
        });
}

void TcpSession::on_read(Pipe& pipe, const error_code& error, std::size_t size) {
    if (error) {
        source_gone(pipe, error);
        return;
    }
    if (!ending_) {
        take(pipe, size);
    }
    read(pipe);
}

void TcpSession::take(Pipe& pipe, std::size_t size) {
    const bool swallowed = swallows(pipe);
    link_.board.count(pipe.direction, [&](FaultCounters& counters) {
        ++counters.packets_in;
        counters.bytes_in += size;
        counters.swallowed += swallowed ? 1U : 0U;
    });
    if (swallowed) {
        die(pipe);
        return;
    }
    const Faults settings = faults(pipe);
    const Ticks now = std::chrono::steady_clock::now();
    const std::size_t flips =
        pipe.corruption.apply(std::span{pipe.buffer}.first(size), settings.corrupt);
    const Ticks at = link_.plans[index_of(pipe.direction)].segment(size, now, settings);
    link_.board.count(pipe.direction, [&](FaultCounters& counters) {
        counters.corrupted += flips;
        counters.delayed += at > now ? 1U : 0U;
    });
    pipe.queue.push_back(
        {at, Bytes{pipe.buffer.begin(), pipe.buffer.begin() + static_cast<std::ptrdiff_t>(size)}});
    pipe.queued += size;
    deliver(pipe);
}

void TcpSession::source_gone(Pipe& pipe, const error_code& error) {
    pipe.source_ended = true;
    if (!ending_) {
        if (swallows(pipe)) {
            die(pipe); // the far side never learns of the end
        } else if (error == asio::error::eof) {
            const Ticks now = std::chrono::steady_clock::now();
            pipe.queue.push_back(
                {link_.plans[index_of(pipe.direction)].segment(0, now, faults(pipe)), {}});
            deliver(pipe);
        } else {
            end(Ending::reset);
        }
    }
    close_if_done();
}

void TcpSession::gather(Pipe& pipe, Ticks now, const Faults& settings) {
    while (!pipe.queue.empty() && pipe.queue.front().at <= now && pipe.writing.size() < kWriteMax) {
        const Bytes& bytes = pipe.queue.front().bytes;
        if (bytes.empty()) {
            break;
        }
        pipe.writing.insert(pipe.writing.end(), bytes.begin(), bytes.end());
        pipe.queued -= bytes.size();
        pipe.queue.pop_front();
    }
    if (settings.cut_after_bytes) {
        const std::uint64_t left =
            *settings.cut_after_bytes - std::min(*settings.cut_after_bytes, pipe.delivered);
        if (pipe.writing.size() >= left) {
            pipe.writing.resize(static_cast<std::size_t>(left));
            pipe.cutting = true;
        }
    }
}

void TcpSession::deliver(Pipe& pipe) {
    if (closed_ || ending_ || !connected_ || !pipe.writing.empty() || pipe.queue.empty()) {
        return;
    }
    const Faults settings = faults(pipe);
    if (settings.passage == Passage::hold) {
        return; // wake() comes back
    }
    if (settings.passage == Passage::black_hole) {
        die(pipe);
        close_if_done();
        return;
    }
    const Ticks now = std::chrono::steady_clock::now();
    if (pipe.queue.front().at > now) {
        pipe.due.expires_at(pipe.queue.front().at);
        pipe.due.async_wait([this, self = shared_from_this(), &pipe](const error_code& cancelled) {
            if (!cancelled) {
                deliver(pipe);
            }
        });
        return;
    }
    if (pipe.queue.front().bytes.empty()) {
        pipe.queue.pop_front();
        pipe.sink_ended = true;
        error_code ignored;
        pipe.sink.shutdown(tcp::socket::shutdown_send, ignored);
        close_if_done();
        return;
    }
    gather(pipe, now, settings);
    write(pipe);
}

void TcpSession::write(Pipe& pipe) {
    if (pipe.writing.empty()) {
        cut(pipe);
        return;
    }
    asio::async_write(
        pipe.sink, asio::buffer(pipe.writing),
        [this, self = shared_from_this(), &pipe](const error_code& error, std::size_t size) {
            pipe.writing.clear();
            if (!closed_ && !ending_) {
                on_written(pipe, error, size);
            }
        });
}

void TcpSession::on_written(Pipe& pipe, const error_code& error, std::size_t size) {
    pipe.delivered += size;
    link_.board.count(pipe.direction, [&](FaultCounters& counters) {
        counters.packets_out += size > 0 ? 1U : 0U;
        counters.bytes_out += size;
    });
    if (error) {
        if (swallows(other(pipe))) {
            die(pipe); // the refusal of the one side does not reach the other
            close_if_done();
        } else {
            end(Ending::reset);
        }
        return;
    }
    if (pipe.cutting) {
        cut(pipe);
        return;
    }
    deliver(pipe);
    read(pipe);
}

void TcpSession::die(Pipe& pipe) {
    pipe.dead = true;
    if (!pipe.queue.empty()) {
        link_.board.count(pipe.direction, [&](FaultCounters& counters) {
            counters.swallowed += pipe.queue.size();
        });
    }
    pipe.queue.clear();
    pipe.queued = 0;
    pipe.room.cancel();
    read(pipe);
}

void TcpSession::cut(Pipe& pipe) {
    link_.board.count(pipe.direction, [](FaultCounters& counters) { ++counters.cut; });
    end(Ending::orderly);
}

void TcpSession::end(Ending how) {
    if (closed_) {
        return;
    }
    error_code ignored;
    if (how == Ending::reset) {
        for (tcp::socket* socket : {&client_, &target_}) {
            socket->set_option(asio::socket_base::linger{true, 0}, ignored);
        }
        close();
        return;
    }
    if (ending_ || !connected_) {
        close();
        return;
    }
    // Both sides are read to their ends first: closing with something unread would make a reset of
    // it, and the last bytes delivered could be lost.
    ending_ = true;
    for (Pipe* pipe : {&up_, &down_}) {
        pipe->queue.clear();
        pipe->sink.shutdown(tcp::socket::shutdown_send, ignored);
        read(*pipe);
    }
    farewell_.expires_after(kFarewellMax);
    farewell_.async_wait([this, self = shared_from_this()](const error_code& cancelled) {
        if (!cancelled) {
            close();
        }
    });
    close_if_done();
}

void TcpSession::close_if_done() {
    const auto done = [this](const Pipe& pipe) {
        return pipe.source_ended &&
               (ending_ || pipe.dead ||
                (pipe.queue.empty() && pipe.writing.empty() && pipe.sink_ended));
    };
    if (!closed_ && done(up_) && done(down_)) {
        close();
    }
}

void TcpSession::close() {
    if (closed_) {
        return;
    }
    closed_ = true;
    error_code ignored;
    client_.close(ignored);
    target_.close(ignored);
    farewell_.cancel();
    for (Pipe* pipe : {&up_, &down_}) {
        pipe->due.cancel();
        pipe->room.cancel();
    }
    link_.gone(number_);
}

} // namespace ems::test
