// A strict reader of Prometheus' text exposition 0.0.4: what it does not understand word for word
// is an error, so that a page it reads is one that every scraper reads.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/base/result.h"

namespace ems::test {

struct Sample {
    std::string name; // with _bucket, _sum, _count
    std::map<std::string, std::string> labels;
    double value{0};
};

struct MetricFamily {
    std::string name;
    std::string help;
    std::string type; // counter, gauge, histogram
    std::vector<Sample> samples;
};

class MetricsPage {
  public:
    // Errors: malformed, with the line. Checked beside the grammar: HELP before TYPE before the
    // samples of a family, no family twice, no sample twice, counters not negative and named
    // _total, histograms with rising buckets whose "+Inf" is their _count.
    static Result<MetricsPage> parse(std::string_view text);

    [[nodiscard]] const std::vector<MetricFamily>& families() const { return families_; }
    [[nodiscard]] const MetricFamily* family(std::string_view name) const;
    // The first sample of this name whose labels contain these.
    [[nodiscard]] std::optional<double>
    value(std::string_view name, const std::map<std::string, std::string>& labels = {}) const;

  private:
    std::vector<MetricFamily> families_;
};

} // namespace ems::test
