#include "telemetry/app/ecg/recording.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "telemetry/app/ecg/verbs.h"
#include "telemetry/app/ecg/xz.h"
#include "telemetry/signal/acquired_ecg.h"
#include "telemetry/signal/ecg/qrs_detector.h"
#include "telemetry/signal/wfdb_file.h"

namespace ems::ecg {
namespace {

namespace fs = std::filesystem;
using signal::WfdbChannel;
using signal::WfdbRecord;
using signal::WfdbSignal;

constexpr std::size_t kUnpackedMax = 1U << 30U;

// A record whose signal files are packed.
WfdbRecord load_packed(const fs::path& header_file) {
    std::ifstream file{header_file};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    auto header = signal::parse_wfdb_header(text);
    if (!header) {
        throw Refusal{header.error().message()};
    }
    WfdbRecord record{std::move(*header), {}};
    record.samples.resize(record.header.signals.size());
    for (const std::string& name : record.header.files()) {
        const fs::path packed = header_file.parent_path() / (name + ".xz");
        if (!fs::exists(packed)) {
            throw Refusal{fmt::format("no signal file {} stands beside the header", name)};
        }
        const auto bytes = read_xz(packed.string(), kUnpackedMax);
        if (!bytes) {
            throw Refusal{bytes.error().message()};
        }
        auto decoded = signal::decode_wfdb_file(record.header, name, *bytes);
        if (!decoded) {
            throw Refusal{decoded.error().message()};
        }
        std::size_t next = 0;
        for (std::size_t i = 0; i < record.samples.size(); ++i) {
            if (record.header.signals[i].file == name) {
                record.samples[i] = std::move((*decoded)[next++]);
            }
        }
    }
    return record;
}

WfdbRecord load(const std::string& path) {
    auto record = signal::load_wfdb_record(path);
    if (record) {
        return std::move(*record);
    }
    fs::path header{path};
    if (header.extension() != ".hea") {
        header += ".hea";
    }
    if (record.error().code == Code::not_found && fs::exists(header)) {
        return load_packed(header);
    }
    throw Refusal{record.error().message()};
}

std::vector<float> pleth_values(const WfdbSignal& it, const std::vector<std::int32_t>& samples) {
    std::vector<float> out;
    out.reserve(samples.size());
    for (const std::int32_t sample : samples) {
        const auto value = it.physical(sample);
        out.push_back(value ? static_cast<float>(*value) : std::numeric_limits<float>::quiet_NaN());
    }
    return out;
}

} // namespace

signal::WfdbRecord load_record(const std::string& path) {
    return load(path);
}

Recording open_recording(const std::string& path, std::optional<std::size_t> only) {
    WfdbRecord record = load(path);
    Recording out;
    out.header = record.header;
    const double rate = out.header.rate_hz;
    if (rate < signal::kEcgRateMinHz || rate > signal::kEcgRateMaxHz) {
        throw Refusal{fmt::format("{} Hz: only 125 to 1000 Hz are analysed", rate)};
    }
    const auto& signals = record.header.signals;
    if (only) {
        if (*only >= signals.size() || record.samples[*only].empty()) {
            throw Refusal{fmt::format("there is no signal {}", *only)};
        }
        if (!(signal::wfdb_nv_per_unit(signals[*only]) > 0)) {
            throw Refusal{fmt::format("signal {} ({}) is in {}, which is no voltage", *only,
                                      signals[*only].description, signals[*only].units)};
        }
        out.leads = {*only};
    } else {
        std::optional<std::size_t> unnamed;
        for (std::size_t i = 0; i < signals.size(); ++i) {
            if (record.samples[i].empty()) {
                continue;
            }
            const WfdbChannel channel = signal::wfdb_channel(signals[i]);
            if (channel == WfdbChannel::ecg && out.leads.size() < signal::kMonitorLeadsMax) {
                out.leads.push_back(i);
            } else if (channel == WfdbChannel::unnamed) {
                unnamed = unnamed.value_or(i);
            }
        }
        if (out.leads.empty() && unnamed) {
            out.leads = {*unnamed};
        }
        const auto two = std::find_if(out.leads.begin(), out.leads.end(), [&](std::size_t i) {
            const std::string name = signal::wfdb_lead_name(signals[i]);
            return name == "ii" || name == "mlii";
        });
        if (two != out.leads.end()) {
            std::rotate(out.leads.begin(), two, two + 1);
        }
    }
    if (out.leads.empty()) {
        throw Refusal{"the record has no ECG signal"};
    }
    const std::size_t count = record.samples[out.leads.front()].size();
    for (const std::size_t lead : out.leads) {
        if (record.samples[lead].size() != count) {
            throw Refusal{"the signals differ in length"};
        }
        out.mv.push_back(signal::wfdb_mv(record, lead));
    }
    for (std::size_t i = 0; i < signals.size(); ++i) {
        const bool pleth = signal::wfdb_channel(signals[i]) == WfdbChannel::pleth;
        if (pleth && record.samples[i].size() == count && out.pleth.empty()) {
            out.pleth = pleth_values(signals[i], record.samples[i]);
        }
    }
    return out;
}

signal::EcgMonitor monitor_for(const Recording& recording) {
    const double rate = recording.header.rate_hz;
    return signal::EcgMonitor{{.rate_hz = rate,
                               .leads = recording.mv.size(),
                               .pleth_rate_hz = recording.pleth.empty() ? 0 : rate}};
}

void run(const Recording& recording, signal::EcgMonitor& monitor,
         const std::function<void()>& after) {
    std::array<float, signal::kMonitorLeadsMax> frame{};
    const std::size_t leads = recording.mv.size();
    for (std::size_t at = 0; at < recording.samples(); ++at) {
        for (std::size_t i = 0; i < leads; ++i) {
            frame[i] = recording.mv[i][at];
        }
        if (!recording.pleth.empty()) {
            monitor.push_pleth(recording.pleth[at]);
        }
        monitor.push(std::span{frame}.first(leads));
        after();
    }
    monitor.finish();
    after();
}

} // namespace ems::ecg
