#include "tests/support/fault_proxy.h"

#include <cstdio>
#include <cstdlib>
#include <future>
#include <random>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "telemetry/base/assert.h"
#include "tests/support/fault_path.h"
#include "tests/support/free_port.h"

namespace ems::test {

namespace asio = boost::asio;

namespace {

std::uint64_t seed_of(const FaultProxy::Options& options) {
    if (options.seed) {
        return *options.seed;
    }
    if (const char* text = std::getenv("EMS_FAULT_SEED"); text != nullptr) {
        return std::strtoull(text, nullptr, 0);
    }
    return std::random_device{}();
}

Result<asio::ip::address> address_of(const std::string& host) {
    boost::system::error_code error;
    auto address = asio::ip::make_address(host, error);
    if (error) {
        return fail(Code::config, "\"" + host + "\" is not a numeric address");
    }
    return address;
}

} // namespace

class FaultProxy::Body {
  public:
    Body(Transport transport, const FaultAddresses& addresses, std::uint64_t seed)
        : transport_(transport), port_(addresses.listen_port), seed_(seed),
          path_(transport == Transport::tcp ? make_tcp_path(io_, board_, addresses, seed)
                                            : make_udp_path(io_, board_, addresses, seed)) {}
    ~Body() {
        asio::post(io_, [this] {
            path_->stop();
            work_.reset();
        });
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    Result<void> start() {
        EMS_TRY(path_->listen());
        std::fprintf(stderr, "fault proxy %s port=%u seed=%llu\n",
                     transport_ == Transport::tcp ? "tcp" : "udp", unsigned{port_},
                     static_cast<unsigned long long>(seed_));
        thread_ = std::thread{[this] { io_.run(); }};
        return {};
    }
    // Runs `act` on the proxy's thread and waits for it.
    template <class Act> auto on_thread(Act act) {
        std::packaged_task<decltype(act())()> task{std::move(act)};
        auto done = task.get_future();
        asio::post(io_, [&task] { task(); });
        return done.get();
    }
    void wake() {
        asio::post(io_, [this] { path_->wake(); });
    }

    const Transport transport_;
    const std::uint16_t port_;
    const std::uint64_t seed_;
    FaultBoard board_;
    asio::io_context io_{1};
    std::unique_ptr<FaultPath> path_;

  private:
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    std::thread thread_;
};

FaultProxy::FaultProxy(std::unique_ptr<Body> body) : body_(std::move(body)) {}
FaultProxy::~FaultProxy() = default;

Result<std::unique_ptr<FaultProxy>> FaultProxy::start(const Options& options) {
    EMS_TRY(check(options.up, options.transport));
    EMS_TRY(check(options.down, options.transport));
    const auto listen = address_of(options.listen_host);
    const auto target = address_of(options.target_host);
    if (!listen) {
        return Failure{listen.error()};
    }
    if (!target) {
        return Failure{target.error()};
    }
    const std::uint16_t port = options.listen_port == 0 ? free_port() : options.listen_port;
    auto body = std::make_unique<Body>(options.transport,
                                       FaultAddresses{*listen, port, *target, options.target_port},
                                       seed_of(options));
    body->board_.change(Direction::up, [&](Faults& faults) { faults = options.up; });
    body->board_.change(Direction::down, [&](Faults& faults) { faults = options.down; });
    EMS_TRY(body->start());
    return std::unique_ptr<FaultProxy>{new FaultProxy{std::move(body)}};
}

std::uint16_t FaultProxy::port() const {
    return body_->port_;
}
std::uint64_t FaultProxy::seed() const {
    return body_->seed_;
}
Transport FaultProxy::transport() const {
    return body_->transport_;
}

void FaultProxy::set(Direction direction, const Faults& faults) {
    EMS_ASSERT(check(faults, body_->transport_));
    body_->board_.change(direction, [&](Faults& present) { present = faults; });
    body_->wake();
}

void FaultProxy::set(const Faults& both) {
    set(Direction::up, both);
    set(Direction::down, both);
}

Faults FaultProxy::faults(Direction direction) const {
    return body_->board_.faults(direction);
}

void FaultProxy::pass(Passage passage) {
    for (const Direction direction : {Direction::up, Direction::down}) {
        body_->board_.change(direction, [&](Faults& present) { present.passage = passage; });
    }
    body_->wake();
}

void FaultProxy::heal() {
    set(Faults{});
    accept();
}

void FaultProxy::refuse() {
    body_->on_thread([this] { body_->path_->refuse(); });
}

void FaultProxy::accept() {
    const Result<void> listening = body_->on_thread([this] { return body_->path_->listen(); });
    EMS_ASSERT(listening);
}

void FaultProxy::end_connections(Ending how) {
    body_->on_thread([this, how] { body_->path_->end(how); });
}

FaultStatus FaultProxy::status() const {
    return body_->board_.status();
}

} // namespace ems::test
