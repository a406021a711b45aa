// Figures of a server as Prometheus reads them (text exposition format 0.0.4). Values only: each
// server owns its counters and writes them down when it is asked; nothing registers itself.
//
//     Exposition out{1000};
//     out.counter("ems_telemetryd_records_total", "Records accepted for storage.").add(12);
//     auto rings = out.gauge("ems_telemetryd_ring_messages", "Messages that wait to be decoded.");
//     rings.add(3, {{"ring", "events"}});
//     out.histogram("ems_telemetryd_commit_seconds", "One transaction.").add(commit);
//     send(out.take());
//
// Order is that of the calls. Names end in their unit, in seconds and bytes, counters in _total.
// Format: https://prometheus.io/docs/instrumenting/exposition_formats/
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ems::metrics {

struct Label {
    std::string_view name;
    std::string_view value; // any bytes; escaped, and what is no UTF-8 becomes U+FFFD
};

// Counts of observations by fixed upper bounds. Pure; one thread.
class Histogram {
  public:
    // Ascending, finite, 1 to 32.
    explicit Histogram(std::initializer_list<double> bounds);

    // NaN counts as beyond the last bound and adds nothing to the sum.
    void observe(double value);
    // The bounds of both must be the same.
    void merge(const Histogram& other);
    void clear();

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] double sum() const { return sum_; }
    [[nodiscard]] std::span<const double> bounds() const { return bounds_; }
    // Observations up to bounds()[i], those of smaller bounds included.
    [[nodiscard]] std::uint64_t up_to(std::size_t i) const;
    // Linear within its bucket, as histogram_quantile() of Prometheus; the last bound for what lies
    // beyond it; 0 without observations. 0 <= q <= 1.
    [[nodiscard]] double quantile(double q) const;

  private:
    std::vector<double> bounds_;
    std::vector<std::uint64_t> counts_; // by bucket, one more than bounds
    std::uint64_t count_{0};
    double sum_{0};
};

// Seconds, from a millisecond to ten.
Histogram make_latency_histogram();

class Exposition {
  public:
    // Of one family at most `series_max` samples are written, the first ones.
    explicit Exposition(std::size_t series_max) : series_max_(series_max) {}

    // Valid until the next family is begun.
    class Family {
      public:
        void add(double value, std::initializer_list<Label> labels = {});
        void add(std::uint64_t value, std::initializer_list<Label> labels = {});

      private:
        friend class Exposition;
        Family(Exposition& out, std::string name) : out_(out), name_(std::move(name)) {}
        void add_text(std::string_view value, std::initializer_list<Label> labels);
        Exposition& out_;
        std::string name_;
        std::size_t series_{0};
    };
    class HistogramFamily {
      public:
        void add(const Histogram& histogram, std::initializer_list<Label> labels = {});

      private:
        friend class Exposition;
        HistogramFamily(Exposition& out, std::string name) : out_(out), name_(std::move(name)) {}
        Exposition& out_;
        std::string name_;
        std::size_t series_{0};
    };

    // A name must be new, [a-z_][a-z0-9_]*; that of a counter ends in _total.
    Family counter(std::string name, std::string_view help);
    Family gauge(std::string name, std::string_view help);
    HistogramFamily histogram(std::string name, std::string_view help);

    // Samples that were not written because of series_max.
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }
    std::string take() { return std::move(text_); }

  private:
    void begin(const std::string& name, std::string_view help, std::string_view type);
    void line(std::string_view name, std::span<const Label> labels, std::string_view value);

    std::size_t series_max_;
    std::set<std::string, std::less<>> names_;
    std::string text_;
    std::uint64_t left_out_{0};
};

} // namespace ems::metrics
