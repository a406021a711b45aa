#include "tests/support/prometheus_text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>

namespace ems::test {
namespace {

bool is_name(std::string_view text) {
    const auto first = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return !text.empty() && first(text.front()) &&
           std::all_of(text.begin(), text.end(),
                       [&](char c) { return first(c) || (c >= '0' && c <= '9'); });
}

std::string_view take_word(std::string_view& rest, std::string_view ends) {
    const std::size_t end = std::min(rest.find_first_of(ends), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(end);
    return word;
}

bool take(std::string_view& rest, std::string_view expected) {
    if (!rest.starts_with(expected)) {
        return false;
    }
    rest.remove_prefix(expected.size());
    return true;
}

// The text of a label up to its closing quote.
std::optional<std::string> take_quoted(std::string_view& rest) {
    std::string out;
    while (!rest.empty()) {
        const char c = rest.front();
        rest.remove_prefix(1);
        if (c == '"') {
            return out;
        }
        if (c != '\\') {
            out += c;
            continue;
        }
        if (rest.empty() ||
            std::string_view{"\\\"n"}.find(rest.front()) == std::string_view::npos) {
            return std::nullopt;
        }
        out += rest.front() == 'n' ? '\n' : rest.front();
        rest.remove_prefix(1);
    }
    return std::nullopt;
}

std::optional<double> number(std::string_view text) {
    if (text == "NaN") {
        return std::numeric_limits<double>::quiet_NaN();
    }
    if (text == "+Inf" || text == "-Inf") {
        return text.front() == '+' ? HUGE_VAL : -HUGE_VAL;
    }
    if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
        return std::nullopt;
    }
    const std::string copy{text};
    char* end = nullptr;
    const double value = std::strtod(copy.c_str(), &end);
    return *end == '\0' ? std::optional{value} : std::nullopt;
}

Result<Sample> parse_sample(std::string_view line) {
    Sample out;
    std::string_view rest = line;
    out.name = take_word(rest, "{ ");
    if (!is_name(out.name)) {
        return fail(Code::malformed, "name of a sample");
    }
    if (take(rest, "{")) {
        do {
            const std::string label{take_word(rest, "=")};
            if (!is_name(label) || !take(rest, "=\"")) {
                return fail(Code::malformed, "name of a label");
            }
            const auto value = take_quoted(rest);
            if (!value || !out.labels.emplace(label, *value).second) {
                return fail(Code::malformed, "value of a label");
            }
        } while (take(rest, ","));
        if (!take(rest, "}")) {
            return fail(Code::malformed, "end of labels");
        }
    }
    if (!take(rest, " ")) {
        return fail(Code::malformed, "no space before the value");
    }
    const auto value = number(rest);
    if (!value) {
        return fail(Code::malformed, "value");
    }
    out.value = *value;
    return out;
}

bool belongs(const MetricFamily& family, const std::string& sample) {
    if (family.type != "histogram") {
        return sample == family.name;
    }
    return sample == family.name + "_bucket" || sample == family.name + "_sum" ||
           sample == family.name + "_count";
}

// Buckets in the order of their bounds, closed by +Inf, which is the count.
bool is_histogram(const MetricFamily& family) {
    struct Series {
        double bound{-HUGE_VAL};
        double count{0};
        std::optional<double> total;
        bool summed{false};
    };
    std::map<std::map<std::string, std::string>, Series> all;
    for (const Sample& sample : family.samples) {
        std::map<std::string, std::string> labels = sample.labels;
        if (!sample.name.ends_with("_bucket")) {
            Series& series = all[labels];
            if (sample.name.ends_with("_sum")) {
                series.summed = true;
            } else {
                series.total = sample.value;
            }
            continue;
        }
        const auto bound = number(labels.contains("le") ? labels["le"] : "");
        labels.erase("le");
        Series& series = all[labels];
        if (!bound || !(*bound > series.bound) || sample.value < series.count) {
            return false;
        }
        series.bound = *bound;
        series.count = sample.value;
    }
    return std::all_of(all.begin(), all.end(), [](const auto& entry) {
        const Series& series = entry.second;
        return series.summed && series.bound == HUGE_VAL && series.total == series.count;
    });
}

Result<void> check_family(const MetricFamily& family) {
    if (family.type == "counter") {
        const bool fits = std::all_of(family.samples.begin(), family.samples.end(),
                                      [](const Sample& sample) { return sample.value >= 0; });
        if (!fits || !family.name.ends_with("_total")) {
            return fail(Code::malformed, "counter " + family.name);
        }
    }
    if (family.type == "histogram" && !is_histogram(family)) {
        return fail(Code::malformed, "histogram " + family.name);
    }
    std::set<std::pair<std::string, std::map<std::string, std::string>>> seen;
    for (const Sample& sample : family.samples) {
        if (!seen.emplace(sample.name, sample.labels).second) {
            return fail(Code::malformed, "twice: " + sample.name);
        }
    }
    return {};
}

} // namespace

Result<MetricsPage> MetricsPage::parse(std::string_view text) {
    MetricsPage out;
    if (!text.empty() && text.back() != '\n') {
        return fail(Code::malformed, "the last line has no end");
    }
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() + 1);
        std::string_view rest = line;
        if (take(rest, "# HELP ")) {
            MetricFamily& family = out.families_.emplace_back();
            family.name = take_word(rest, " ");
            family.help = rest;
            const bool twice =
                std::count_if(out.families_.begin(), out.families_.end(),
                              [&](auto& other) { return other.name == family.name; }) > 1;
            if (!is_name(family.name) || !rest.starts_with(" ") || twice) {
                return fail(Code::malformed, std::string{line});
            }
        } else if (take(rest, "# TYPE ")) {
            const std::string_view name = take_word(rest, " ");
            const bool placed = !out.families_.empty() && out.families_.back().name == name &&
                                out.families_.back().type.empty();
            if (!placed || (rest != " counter" && rest != " gauge" && rest != " histogram")) {
                return fail(Code::malformed, std::string{line});
            }
            out.families_.back().type = rest.substr(1);
        } else {
            auto sample = parse_sample(line);
            if (!sample) {
                return fail(Code::malformed, sample.error().detail + ": " + std::string{line});
            }
            if (out.families_.empty() || out.families_.back().type.empty() ||
                !belongs(out.families_.back(), sample->name)) {
                return fail(Code::malformed, "outside its family: " + std::string{line});
            }
            out.families_.back().samples.push_back(std::move(*sample));
        }
    }
    for (const MetricFamily& family : out.families_) {
        EMS_TRY(check_family(family));
    }
    return out;
}

const MetricFamily* MetricsPage::family(std::string_view name) const {
    const auto found =
        std::find_if(families_.begin(), families_.end(),
                     [&](const MetricFamily& family) { return family.name == name; });
    return found == families_.end() ? nullptr : &*found;
}

std::optional<double> MetricsPage::value(std::string_view name,
                                         const std::map<std::string, std::string>& labels) const {
    for (const MetricFamily& family : families_) {
        for (const Sample& sample : family.samples) {
            if (sample.name == name &&
                std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
                    const auto own = sample.labels.find(label.first);
                    return own != sample.labels.end() && own->second == label.second;
                })) {
                return sample.value;
            }
        }
    }
    return std::nullopt;
}

} // namespace ems::test
