// ems-dispatchd put together: the leader's seat, the consoles, the broker, the outbox, on one thread. Starts whatever of
// database and broker is there and waits for the rest; stops within two seconds.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

#include "dispatch/service/world_kind.h"
#include "telemetry/base/result.h"
#include "telemetry/status/status_http.h"

namespace ems::dispatch {

struct ServerConfig {
    WorldKind world_kind{WorldKind::real};
    std::string region{"140802"};
    std::string listen_host{"127.0.0.1"};
    std::uint16_t listen_port{8443};
    std::string pki_dir;
    std::string pki_name{"srv-dispatch-a"};   // also the client id at the broker, and the holder of the lead
    std::string pg_conninfo;
    std::string mqtt_host{"127.0.0.1"};
    std::uint16_t mqtt_port{8883};
    std::string map_dir;                      // empty: straight lines
    std::string population_file;              // CSV name,within,population over the map's places; may be empty
    std::string zones_file;                   // GeoJSON of the stations' zones; may be empty
    std::string record_dir;                   // record.dir of ems-mediad, as seen from here; empty: not within reach
    status::StatusConfig status{};            // of /metrics and /healthz
    std::string version;
};

class Server {
  public:
    // Opens keys, graph and port. Errors: one sentence for the operator (config, io, busy, ...).
    static Result<std::unique_ptr<Server>> make(boost::asio::io_context& io, const ServerConfig& config);
    ~Server();
    // Called when the database turns out to be of the other world, with a sentence for the operator: this server does nothing more.
    // To be set before start().
    void on_refused(std::function<void(const Error&)> hook);
    void start();
    void stop();

  private:
    struct Body;
    explicit Server(std::unique_ptr<Body> body);
    std::unique_ptr<Body> body_;
};

} // namespace ems::dispatch
