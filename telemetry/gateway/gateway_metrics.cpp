#include "telemetry/gateway/gateway_metrics.h"

#include <string>

namespace ems::gateway {

void write_metrics(metrics::Exposition& out, const GatewayCounters& c, std::size_t connections) {
    const auto counter = [&out](const char* name, const char* help, std::uint64_t value) {
        out.counter(std::string{"ems_telemetryd_terminal_"} + name, help).add(value);
    };
    out.gauge("ems_telemetryd_terminal_connections", "Terminals connected.")
        .add(std::uint64_t{connections});
    out.gauge("ems_telemetryd_terminal_texts_left_out",
              "Open texts whose terminal is not logged in, or beyond those sent at once.")
        .add(c.texts_left_out);
    counter("connects_total", "Connections of terminals.", c.connections);
    counter("connects_refused_total", "Connections refused: too many at once.",
            c.connections_refused);
    counter("frames_total", "Frames received.", c.frames);
    counter("bad_frames_total", "Frames with a wrong checksum, escape, length or part.",
            c.bad_frames);
    counter("bad_messages_total", "Right frames with senseless content.", c.bad_messages);
    counter("bad_reports_total", "Reports of a batch that cannot be read.", c.bad_reports);
    counter("unsupported_total", "Messages of kinds that are not stored.", c.unsupported);
    counter("strangers_total", "Log-ins under numbers that are not in the registry.", c.strangers);
    counter("wrong_codes_total", "Log-ins with a wrong code.", c.wrong_codes);
    counter("not_logged_in_total", "Messages before the log-in.", c.not_logged_in);
    counter("positions_total", "Positions given to the archive, repeats among them.", c.positions);
    counter("alarms_total", "Alarms given to the archive.", c.alarms);
    counter("without_fix_total", "Reports without a fix.", c.without_fix);
    counter("deferred_total", "Messages not taken and not answered; they come again.", c.deferred);
    counter("refused_total", "Deliveries that the archive did not take.", c.refused_by_sink);
    counter("answered_total", "Reports committed and answered.", c.answered);
    counter("parts_dropped_total", "Parts of messages that were never complete.", c.parts_dropped);
}

} // namespace ems::gateway
