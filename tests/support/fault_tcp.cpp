// TCP through a FaultPlan: the listener and its connections.
#include <map>
#include <vector>

#include "tests/support/fault_tcp_session.h"

namespace ems::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kAcceptAgain{10};

class TcpPath final : public FaultPath {
  public:
    TcpPath(asio::io_context& io, FaultBoard& board, const FaultAddresses& addresses,
            std::uint64_t seed)
        : board_(board), own_(addresses.listen, addresses.listen_port), acceptor_(io),
          accept_again_(io), link_{io,
                                   board,
                                   {addresses.target, addresses.target_port},
                                   seed,
                                   {FaultPlan{derived_seed(seed, 0)},
                                    FaultPlan{derived_seed(seed, 1)}},
                                   [this](std::uint64_t number) { remove(number); }} {}

    Result<void> listen() override;
    void refuse() override;
    void wake() override;
    void end(Ending how) override;
    void stop() override;

  private:
    void remove(std::uint64_t number);
    void accept_next(std::uint64_t generation);
    void admit(tcp::socket client);
    [[nodiscard]] std::vector<std::shared_ptr<TcpSession>> present() const;

    FaultBoard& board_;
    const tcp::endpoint own_;
    tcp::acceptor acceptor_;
    asio::steady_timer accept_again_;
    std::uint64_t generation_{0}; // of the acceptor
    TcpLink link_;
    std::uint64_t numbered_{0};
    std::map<std::uint64_t, std::shared_ptr<TcpSession>> sessions_;
};

Result<void> TcpPath::listen() {
    if (acceptor_.is_open()) {
        return {};
    }
    error_code error;
    acceptor_.open(own_.protocol(), error);
    if (!error) {
        acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
        narrow_tcp(acceptor_.native_handle()); // accepted sockets inherit it
        acceptor_.bind(own_, error);
    }
    if (!error) {
        acceptor_.listen(static_cast<int>(FaultProxy::kPeersMax), error);
    }
    if (error) {
        error_code ignored;
        acceptor_.close(ignored);
        return fail(error == asio::error::address_in_use ? Code::busy : Code::io, error.message());
    }
    accept_next(++generation_);
    return {};
}

void TcpPath::accept_next(std::uint64_t generation) {
    acceptor_.async_accept([this, generation](const error_code& error, tcp::socket client) {
        if (!error) {
            admit(std::move(client));
        }
        if (generation != generation_ || !acceptor_.is_open()) {
            return;
        }
        if (!error) {
            accept_next(generation);
            return;
        }
        accept_again_.expires_after(kAcceptAgain); // no descriptor is free
        accept_again_.async_wait([this, generation](const error_code& cancelled) {
            if (!cancelled && generation == generation_) {
                accept_next(generation);
            }
        });
    });
}

void TcpPath::admit(tcp::socket client) {
    if (sessions_.size() >= FaultProxy::kPeersMax) {
        board_.count_peers([](FaultStatus& status) { ++status.refused; });
        return;
    }
    board_.count_peers([](FaultStatus& status) {
        ++status.peers;
        ++status.open;
    });
    const auto session = std::make_shared<TcpSession>(link_, std::move(client), ++numbered_);
    sessions_.emplace(numbered_, session);
    const bool dark = board_.faults(Direction::up).passage == Passage::black_hole ||
                      board_.faults(Direction::down).passage == Passage::black_hole;
    session->start(dark ? TcpSession::Start::dead : TcpSession::Start::connected);
}

void TcpPath::remove(std::uint64_t number) {
    sessions_.erase(number);
    board_.count_peers([](FaultStatus& status) { --status.open; });
}

std::vector<std::shared_ptr<TcpSession>> TcpPath::present() const {
    std::vector<std::shared_ptr<TcpSession>> out;
    out.reserve(sessions_.size());
    for (const auto& [number, session] : sessions_) {
        out.push_back(session);
    }
    return out;
}

void TcpPath::refuse() {
    ++generation_;
    accept_again_.cancel();
    error_code ignored;
    acceptor_.close(ignored);
}

void TcpPath::wake() {
    for (const auto& session : present()) {
        session->wake();
    }
}

void TcpPath::end(Ending how) {
    for (const auto& session : present()) {
        session->end(how);
    }
}

void TcpPath::stop() {
    refuse();
    for (const auto& session : present()) {
        session->close();
    }
}

} // namespace

std::unique_ptr<FaultPath> make_tcp_path(asio::io_context& io, FaultBoard& board,
                                         const FaultAddresses& addresses, std::uint64_t seed) {
    return std::make_unique<TcpPath>(io, board, addresses, seed);
}

} // namespace ems::test
