#include "telemetry/link/link_metrics.h"

namespace ems::link {

void write_metrics(metrics::Exposition& out, const std::string& prefix,
                   const MqttSession& session) {
    const LinkCounters c = session.counters();
    const auto counter = [&](const char* name, const char* help, std::uint64_t value) {
        out.counter(prefix + "_broker_" + name, help).add(value);
    };
    out.gauge(prefix + "_broker_up", "1 while the broker's link is up and subscribed.")
        .add(session.connected() ? 1.0 : 0.0);
    counter("attempts_total", "Attempts to connect to the broker.", c.attempts);
    counter("connects_total", "Attempts that succeeded.", c.connects);
    counter("received_total", "Messages received from the broker.", c.received);
    counter("published_total", "Messages handed over for the broker.", c.published);
    counter("publish_failed_total",
            "Messages refused by the broker, or unfinished when the link went.", c.failed);
    counter("publish_refused_total", "Messages not handed over: too many unfinished.",
            c.refused_full);
}

} // namespace ems::link
