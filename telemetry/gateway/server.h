// The JT/T 808 listener: terminals connect by TCP, each line is one coroutine that reads, one chain
// of writes and one session (telemetry/gateway/session.h). The protocol has neither encryption nor
// a secret of the terminal's: bind it to the address of the private vehicle network.
//
// Bounds: connections_max lines (a further one is closed at once); 4 KiB a read; kUnsentBytesMax
// waiting to be written, past that or past write_limit for one write the line is closed; a line
// silent for idle_limit is closed (three heartbeat periods of the usual 60 s). While the process
// has no file handles left, accepting pauses. Everything runs on the executor's single thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "telemetry/base/result.h"
#include "telemetry/gateway/session.h"

namespace ems::gateway {

inline constexpr std::size_t kUnsentBytesMax = 64 * 1024;

struct ServerConfig {
    std::string address;   // numeric
    std::uint16_t port{0}; // 0: any, then port() tells
    std::size_t connections_max{256};
    std::chrono::seconds idle_limit{180};
    std::chrono::seconds write_limit{10};
    std::chrono::milliseconds tick{1000}; // limits are looked at this often
};

class Server {
  public:
    // The exchange's clock must outlive the server.
    Server(boost::asio::any_io_executor executor, ServerConfig config,
           std::shared_ptr<Exchange> exchange);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Errors: invalid_argument (address), busy (the port is taken), io.
    Result<void> start();
    // Closes every line; what is not committed stays unanswered.
    void stop();
    [[nodiscard]] std::uint16_t port() const;

    // To every authenticated terminal of the vehicle; how they will answer (Exchange::text_answered). `before`: as of
    // Session. Errors: not_found (none is connected), invalid_argument.
    Result<std::vector<TextSerial>> send_text(const VehicleId& vid, const TextDown& text,
                                              const std::vector<TextSerial>& before = {});
    // The vehicle's sessions that are logged in.
    [[nodiscard]] std::vector<std::uint64_t> sessions_of(const VehicleId& vid) const;
    // Vehicles with such a session, each once.
    [[nodiscard]] std::set<VehicleId> vehicles() const;
    [[nodiscard]] std::size_t connection_count() const;

    // A terminal that is logged in: its session, and the numeric address that it is connected from.
    struct Present {
        std::uint64_t session{0};
        std::string address;
    };
    // By number.
    [[nodiscard]] std::map<std::string, Present> terminals() const;
    // To the terminal of this number. Errors: not_found (not logged in), invalid_argument.
    Result<TextSerial> open_stream(const std::string& number, const StreamOpen& request);
    Result<TextSerial> control_stream(const std::string& number, const StreamControl& request);

  private:
    struct Body;
    std::shared_ptr<Body> body_; // shared with its coroutines
};

} // namespace ems::gateway
