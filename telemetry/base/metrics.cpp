#include "telemetry/base/metrics.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

#include "telemetry/base/assert.h"

namespace ems::metrics {
namespace {

constexpr std::size_t kBoundsMax = 32;
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool is_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// Bytes of the well-formed character at the front (Unicode 15, table 3-7); 0: there is none.
std::size_t character_size(std::string_view text) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) {
        return 0;
    }
    const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < low || byte(1) > high) {
        return 0;
    }
    for (std::size_t i = 2; i < size; ++i) {
        if (byte(i) < 0x80 || byte(i) > 0xbf) {
            return 0;
        }
    }
    return size;
}

enum class Quotes { kept, escaped };

void append_escaped(std::string& out, std::string_view text, Quotes quotes) {
    while (!text.empty()) {
        const std::size_t size = character_size(text);
        if (size == 0) {
            out += kReplacement;
        } else if (text.front() == '\\') {
            out += "\\\\";
        } else if (text.front() == '\n') {
            out += "\\n";
        } else if (text.front() == '"' && quotes == Quotes::escaped) {
            out += "\\\"";
        } else {
            out += text.substr(0, size);
        }
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
}

// The shortest text that reads back as the same number.
std::string number_text(double value) {
    if (std::isnan(value)) {
        return "NaN";
    }
    if (std::isinf(value)) {
        return value > 0 ? "+Inf" : "-Inf";
    }
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

} // namespace

Histogram::Histogram(std::initializer_list<double> bounds)
    : bounds_(bounds), counts_(bounds.size() + 1) {
    EMS_ASSERT(!bounds_.empty());
    EMS_ASSERT(bounds_.size() <= kBoundsMax);
    EMS_ASSERT(std::adjacent_find(bounds_.begin(), bounds_.end(), std::greater_equal<>{}) ==
               bounds_.end());
    EMS_ASSERT(std::isfinite(bounds_.front()) && std::isfinite(bounds_.back()));
}

void Histogram::observe(double value) {
    const auto bucket =
        std::isnan(value) ? bounds_.end() : std::lower_bound(bounds_.begin(), bounds_.end(), value);
    ++counts_[static_cast<std::size_t>(bucket - bounds_.begin())];
    ++count_;
    sum_ += std::isnan(value) ? 0 : value;
}

void Histogram::merge(const Histogram& other) {
    EMS_ASSERT(bounds_ == other.bounds_);
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        counts_[i] += other.counts_[i];
    }
    count_ += other.count_;
    sum_ += other.sum_;
}

void Histogram::clear() {
    std::fill(counts_.begin(), counts_.end(), 0);
    count_ = 0;
    sum_ = 0;
}

std::uint64_t Histogram::up_to(std::size_t i) const {
    std::uint64_t total = 0;
    for (std::size_t k = 0; k <= i; ++k) {
        total += counts_.at(k);
    }
    return total;
}

double Histogram::quantile(double q) const {
    EMS_ASSERT(q >= 0 && q <= 1);
    if (count_ == 0) {
        return 0;
    }
    const double rank = q * static_cast<double>(count_);
    double below = 0;
    for (std::size_t i = 0; i < bounds_.size(); ++i) {
        const auto here = static_cast<double>(counts_[i]);
        if (here > 0 && below + here >= rank) {
            const double lower = i == 0 ? std::min(0.0, bounds_[0]) : bounds_[i - 1];
            return lower + (bounds_[i] - lower) * std::max(0.0, rank - below) / here;
        }
        below += here;
    }
    return bounds_.back();
}

Histogram make_latency_histogram() {
    return Histogram{0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10};
}

void Exposition::begin(const std::string& name, std::string_view help, std::string_view type) {
    EMS_ASSERT(is_name(name));
    const bool is_new = names_.insert(name).second;
    EMS_ASSERT(is_new);
    text_.append("# HELP ").append(name).append(" ");
    append_escaped(text_, help, Quotes::kept);
    text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void Exposition::line(std::string_view name, std::span<const Label> labels,
                      std::string_view value) {
    text_ += name;
    char separator = '{';
    for (const Label& label : labels) {
        EMS_ASSERT(is_name(label.name));
        text_ += separator;
        text_.append(label.name).append("=\"");
        append_escaped(text_, label.value, Quotes::escaped);
        text_ += '"';
        separator = ',';
    }
    text_.append(labels.empty() ? " " : "} ").append(value).append("\n");
}

Exposition::Family Exposition::counter(std::string name, std::string_view help) {
    EMS_ASSERT(name.ends_with("_total"));
    begin(name, help, "counter");
    return {*this, std::move(name)};
}

Exposition::Family Exposition::gauge(std::string name, std::string_view help) {
    EMS_ASSERT(!name.ends_with("_total"));
    begin(name, help, "gauge");
    return {*this, std::move(name)};
}

Exposition::HistogramFamily Exposition::histogram(std::string name, std::string_view help) {
    begin(name, help, "histogram");
    return {*this, std::move(name)};
}

void Exposition::Family::add(double value, std::initializer_list<Label> labels) {
    add_text(number_text(value), labels);
}

void Exposition::Family::add(std::uint64_t value, std::initializer_list<Label> labels) {
    add_text(std::to_string(value), labels);
}

void Exposition::Family::add_text(std::string_view value, std::initializer_list<Label> labels) {
    if (++series_ > out_.series_max_) {
        ++out_.left_out_;
        return;
    }
    out_.line(name_, std::span{labels.begin(), labels.size()}, value);
}

void Exposition::HistogramFamily::add(const Histogram& histogram,
                                      std::initializer_list<Label> labels) {
    if (++series_ > out_.series_max_) {
        ++out_.left_out_;
        return;
    }
    std::vector<Label> all{labels};
    all.push_back({"le", {}});
    for (std::size_t i = 0; i < histogram.bounds().size(); ++i) {
        const std::string bound = number_text(histogram.bounds()[i]);
        all.back().value = bound;
        out_.line(name_ + "_bucket", all, std::to_string(histogram.up_to(i)));
    }
    all.back().value = "+Inf";
    out_.line(name_ + "_bucket", all, std::to_string(histogram.count()));
    const std::span given{labels.begin(), labels.size()};
    out_.line(name_ + "_sum", given, number_text(histogram.sum()));
    out_.line(name_ + "_count", given, std::to_string(histogram.count()));
}

} // namespace ems::metrics
