#include "console/model/vitals_track.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <vector>

#include "telemetry/signal/vitals/vitals_wire.h"
#include "telemetry/wire/cuff_time.h"

namespace ems::console {
namespace {

// Joins `past` to `known`, each measurement once, in order of time and the newest kept.
template <class Point>
void join(std::deque<Point>& known, std::vector<Point> past, std::size_t most) {
    std::set<std::int64_t> there;
    for (const Point& point : known) {
        there.insert(point.device_us);
    }
    std::erase_if(past, [&](const Point& point) { return !there.insert(point.device_us).second; });
    const auto earlier = [](const Point& a, const Point& b) { return a.at_us < b.at_us; };
    const auto live = static_cast<std::ptrdiff_t>(known.size());
    known.insert(known.end(), past.begin(), past.end());
    std::stable_sort(known.begin() + live, known.end(), earlier);
    std::inplace_merge(known.begin(), known.begin() + live, known.end(), earlier);
    while (known.size() > most) {
        known.pop_front();
    }
}

} // namespace

std::int64_t VitalsTrack::at_us() const {
    return newest.received_us() - std::int64_t{newest.age_at_receipt_ms()} * 1'000;
}

signal::VitalBoard VitalsTrack::board() const {
    signal::VitalBoard board;
    signal::take_wire(board, newest.vitals(), newest.device_us(), at_us());
    return board;
}

void VitalsTrack::take(const api::LiveVitals& v) {
    ++received;
    if (v.received_us() < newest.received_us()) {
        return;
    }
    newest = v;
    signal::take_wire(known, v.vitals(), v.device_us(), at_us());
    const auto value = [&](signal::VitalKind kind) { return known.read(kind, at_us()).value; };
    trend.push_back({at_us(), value(signal::VitalKind::hr), value(signal::VitalKind::spo2), value(signal::VitalKind::rr),
                     v.device_us()});
    if (trend.size() > kTrendMax) {
        trend.pop_front();
    }
    const auto systolic = known.read(signal::VitalKind::nibp_sys, at_us());
    const auto diastolic = known.read(signal::VitalKind::nibp_dia, at_us());
    if (systolic.value && diastolic.value && (cuff.empty() || cuff.back().device_us != systolic.device_us)) {
        cuff.push_back({at_us() - systolic.age_us, systolic.device_us, *systolic.value, *diastolic.value});
        if (cuff.size() > kCuffMax) {
            cuff.pop_front();
        }
    }
}

void VitalsTrack::take_past(const api::History& history, std::int64_t begin_us) {
    const int count = std::min(history.vitals_size(), kPastMax);
    std::int64_t ahead_us = std::numeric_limits<std::int64_t>::max(); // the server's clock, of the vehicle's
    if (newest.received_us() != 0) {
        ahead_us = at_us() - newest.device_us();
    }
    for (int i = 0; i < count; ++i) {
        ahead_us = std::min(ahead_us, history.vitals(i).received_us() - history.vitals(i).device_us());
    }
    std::vector<TrendPoint> points;
    std::vector<CuffPoint> cuffs;
    for (int i = 0; i < count; ++i) {
        const api::LiveVitals& v = history.vitals(i);
        const ems::wire::Vitals& said = v.vitals();
        const std::int64_t at = v.device_us() + ahead_us; // not after it came: the least of them all
        if (at >= begin_us) {
            points.push_back({at, signal::wire_value(signal::VitalKind::hr, said),
                              signal::wire_value(signal::VitalKind::spo2, said),
                              signal::wire_value(signal::VitalKind::rr, said), v.device_us()});
        }
        const std::int64_t cuff_us = ems::wire::cuff_t_us(said, v.device_us());
        const auto systolic = signal::wire_value(signal::VitalKind::nibp_sys, said);
        const auto diastolic = signal::wire_value(signal::VitalKind::nibp_dia, said);
        if (systolic && diastolic && cuff_us != 0 && cuff_us + ahead_us >= begin_us) {
            cuffs.push_back({cuff_us + ahead_us, cuff_us, *systolic, *diastolic});
        }
    }
    join(trend, std::move(points), kTrendMax);
    join(cuff, std::move(cuffs), kCuffMax);
}

bool VitalsTrack::has_gap(std::int64_t from_us, std::int64_t to_us) const {
    std::int64_t before = from_us;
    for (const TrendPoint& point : trend) {
        if (point.at_us <= from_us || point.at_us > to_us) {
            continue;
        }
        if (point.at_us - before > kGapUs) {
            return true;
        }
        before = point.at_us;
    }
    return to_us - before > kGapUs;
}

} // namespace ems::console
