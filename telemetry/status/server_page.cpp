#include "telemetry/status/server_page.h"

#include "telemetry/status/process_figures.h"

namespace ems::status {

std::string ServerPage::finish(metrics::Exposition out) {
    const std::string prefix = "ems_" + server_;
    out.histogram(prefix + "_event_loop_lag_seconds", "How late the event loop ran a timer.")
        .add(lag_.histogram());
    write_process(out, read_process(), server_, version_);
    left_out_ += out.left_out();
    out.counter(prefix + "_metrics_left_out_total",
                "Series that were left out of this page because of their number.")
        .add(left_out_);
    return out.take();
}

} // namespace ems::status
