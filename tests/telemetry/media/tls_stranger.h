// Clients of the TLS port that show no certificate and know no key.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

namespace ems::test {

class TlsStrangers {
  public:
    TlsStrangers(std::uint16_t port, const std::string& ca) : port_(port) {
        tls_.load_verify_file(ca);
        tls_.set_verify_mode(boost::asio::ssl::verify_peer);
    }

    // Connects and waits to be closed; says nothing.
    bool knock() {
        auto made = std::make_unique<Stream>(io_, tls_);
        boost::system::error_code error;
        made->next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port_}, error);
        if (error) {
            return false;
        }
        const std::size_t number = streams_.size();
        streams_.push_back(std::move(made));
        // Nothing comes to him who has not spoken, but the end.
        streams_.back()->next_layer().async_wait(
            boost::asio::ip::tcp::socket::wait_read,
            [this, number](const boost::system::error_code&) { ended_.push_back(number); });
        return true;
    }
    // Connects and takes the protocol; then waits to be closed. False: refused in the handshake.
    bool enter(const std::string& protocol) {
        auto made = std::make_unique<Stream>(io_, tls_);
        boost::system::error_code error;
        made->next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port_}, error);
        const std::string wire = static_cast<char>(protocol.size()) + protocol;
        SSL_set_alpn_protos(made->native_handle(),
                            reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()));
        if (!error) {
            made->handshake(boost::asio::ssl::stream_base::client, error);
        }
        if (error) {
            return false;
        }
        const std::size_t number = streams_.size();
        streams_.push_back(std::move(made));
        streams_.back()->async_read_some(
            boost::asio::buffer(&byte_, 1),
            [this, number](const boost::system::error_code&, std::size_t size) {
                ended_.push_back(number);
                served_ += size;
            });
        return true;
    }
    void say(std::size_t number, const std::string& bytes) {
        boost::system::error_code ignored;
        boost::asio::write(*streams_.at(number), boost::asio::buffer(bytes), ignored);
    }
    // Until so many were closed by the server, or the time is over.
    std::vector<std::size_t> wait_ended(std::size_t count, std::chrono::seconds limit) {
        const auto until = std::chrono::steady_clock::now() + limit;
        while (ended_.size() < count && std::chrono::steady_clock::now() < until) {
            io_.restart();
            io_.run_one_until(until);
        }
        return ended_;
    }
    // Bytes the server sent to any of them.
    [[nodiscard]] std::size_t served() const { return served_; }

  private:
    using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
    const std::uint16_t port_;
    boost::asio::io_context io_;
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    std::vector<std::unique_ptr<Stream>> streams_;
    std::vector<std::size_t> ended_;
    std::size_t served_{0};
    char byte_{0};
};

} // namespace ems::test
