#include "telemetry/retention/keeper_metrics.h"

#include <string>

namespace ems::retention {

void write_metrics(metrics::Exposition& out, const KeeperCounters& c) {
    const auto counter = [&out](const char* name, const char* help, std::uint64_t value) {
        out.counter(std::string{"ems_telemetryd_retention_"} + name, help).add(value);
    };
    const auto gauge = [&out](const char* name, const char* help, std::uint64_t value) {
        out.gauge(std::string{"ems_telemetryd_retention_"} + name, help).add(value);
    };
    counter("rounds_total", "Rounds of the archive's keeper, also of one that stands by.", c.rounds);
    counter("failures_total", "Rounds that did not end; what is left comes with the next.",
            c.failures);
    counter("cases_found_total", "Tasks of closed cases taken up.", c.cases_found);
    counter("cases_verified_total", "Tasks whose copy is known to be whole.", c.cases_verified);
    counter("cases_given_up_total", "Tasks settled without that.", c.cases_given_up);
    gauge("cases_differing", "Tasks whose copy is not its original.", c.cases_differing);
    counter("partitions_detached_total", "Days taken out of their tables.", c.partitions_detached);
    counter("partitions_dropped_total", "Days let go.", c.partitions_dropped);
    gauge("partitions_needed", "Old days that a case still needs.", c.partitions_needed);
    counter("partitions_busy_total", "Days not taken out because they were in use.",
            c.partitions_busy);
    gauge("tables_without_day", "1 while rows have no partition of their day.",
          c.tables_without_day);
}

} // namespace ems::retention
