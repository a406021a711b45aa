// Random patients, monitors and crews against a slow oracle that knows only the definitions: it
// looks through all that was ever observed, each time.
#include "telemetry/signal/alarm/alarm_engine.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ems::signal {
namespace {

constexpr std::int64_t kMs = 1'000;
constexpr std::int64_t kS = 1'000'000;

// One look at everything: what was so at that time.
struct Look {
    std::int64_t at{0};
    std::map<VitalKind, std::optional<std::int32_t>> numbers; // current, after the pulse stood in
    std::map<std::string, std::set<AlarmOrigin>> said;
    bool pulse_missed{false}; // of a probe that is on; else said by numbers.at(pr), at(spo2)
    bool pulse_there{false};
};

class Oracle {
  public:
    void look(Look look) {
        looks_.push_back(std::move(look));
        std::vector<bool> holds(kAlarms);
        for (const AlarmRow& row : alarm_rows()) {
            holds[index(row)] = limit_holds(row) || is_said(row);
        }
        limit_held_.push_back({});
        for (const AlarmRow& row : alarm_rows()) {
            limit_held_.back().push_back(limit_holds(row));
        }
        for (const AlarmRow& row : alarm_rows()) {
            bool hidden = false;
            for (const AlarmRow& cause : alarm_rows()) {
                hidden = hidden ||
                         (holds[index(cause)] && std::find(cause.hides.begin(), cause.hides.end(),
                                                           row.id) != cause.hides.end());
            }
            const bool stood = standing_.contains(row.id);
            const bool stands = holds[index(row)] && !hidden;
            if (stands) {
                standing_.insert(row.id);
                latched_.erase(row.id);
                if (!stood) {
                    acknowledged_.erase(row.id);
                }
            } else if (stood) {
                standing_.erase(row.id);
                const bool lethal = row.latch == Latch::until_acknowledged;
                if (lethal && !holds[index(row)] && !acknowledged_.contains(row.id)) {
                    latched_.insert(row.id);
                }
                acknowledged_.erase(row.id);
            }
        }
    }
    void acknowledge(AlarmId id) {
        if (latched_.erase(id) == 0 && standing_.contains(id)) {
            acknowledged_.insert(id);
        }
    }
    [[nodiscard]] const std::set<AlarmId>& standing() const { return standing_; }
    [[nodiscard]] const std::set<AlarmId>& latched() const { return latched_; }
    [[nodiscard]] bool is_acknowledged(AlarmId id) const { return acknowledged_.contains(id); }

  private:
    static std::size_t index(const AlarmRow& row) { return static_cast<std::size_t>(row.id); }

    enum class Side { broken, between, returned, missing };
    [[nodiscard]] Side side(const AlarmRow& row, std::size_t k) const {
        if (row.pulseless) {
            return looks_[k].pulse_there    ? Side::returned
                   : looks_[k].pulse_missed ? Side::broken
                                            : Side::missing;
        }
        const auto number = looks_[k].numbers.find(row.limit->vital);
        const auto threshold = row.limit->threshold[0];
        if (!threshold || number == looks_[k].numbers.end() || !number->second) {
            return Side::missing;
        }
        const std::int32_t shown = as_shown(row.limit->vital, *number->second);
        const bool low = row.limit->side == LimitSide::low;
        const std::int32_t past = low ? *threshold - shown : shown - *threshold;
        return past > 0                        ? Side::broken
               : -past < row.limit->hysteresis ? Side::between
                                               : Side::returned;
    }
    // At look k (all before known): did it hold before and not return, or is it broken for its
    // delay?
    [[nodiscard]] bool limit_holds(const AlarmRow& row) const {
        if (!row.limit && !row.pulseless) {
            return false;
        }
        const std::size_t k = looks_.size() - 1;
        const std::int64_t now = looks_[k].at;
        const bool held = k > 0 && limit_held_[k - 1][index(row)];
        if (held) {
            std::int32_t release_ms = row.release_ms;
            if (side(row, k) == Side::missing && row.limit && row.priority == AlarmPriority::high &&
                !acknowledged_.contains(row.id) &&
                !is_replaced(vital_row(row.limit->vital).sensor)) {
                return true;
            }
            if (side(row, k) == Side::missing) {
                release_ms = std::max(release_ms, 3'000);
            }
            for (std::size_t j = k + 1; j-- > 0 && is_back(side(row, j));) {
                if (!limit_held_before(row, j)) {
                    break; // returned before it ever held
                }
                if (row.limit && row.priority == AlarmPriority::high &&
                    side(row, k) == Side::returned && side(row, j) == Side::missing) {
                    break; // no number is no return
                }
                if (now - looks_[j].at >= release_ms * kMs) {
                    return false;
                }
            }
            return true;
        }
        if (side(row, k) != Side::broken) {
            return false;
        }
        std::int64_t later = now;
        for (std::size_t j = k + 1; j-- > 0;) {
            if (j < k && limit_held_[j][index(row)]) {
                break; // an occurrence of before
            }
            if (side(row, j) == Side::returned) {
                break;
            }
            if (side(row, j) == Side::broken) {
                if (later - looks_[j].at > AlarmEngine::kFlickerUs) {
                    break;
                }
                later = looks_[j].at;
                if (now - later >= row.delay_ms[0] * kMs) {
                    return true;
                }
            }
        }
        return false;
    }
    static bool is_back(Side side) { return side == Side::returned || side == Side::missing; }
    [[nodiscard]] bool limit_held_before(const AlarmRow& row, std::size_t j) const {
        return j > 0 && limit_held_[j - 1][index(row)];
    }
    [[nodiscard]] bool is_replaced(Sensor sensor) const {
        for (const AlarmRow& row : alarm_rows()) {
            const bool held =
                row.pulseless && looks_.size() > 1 && limit_held_[looks_.size() - 2][index(row)];
            if ((row.replaces & sensor_bit(sensor)) != 0 && (held || is_said(row))) {
                return true;
            }
        }
        return false;
    }
    [[nodiscard]] bool is_said(const AlarmRow& row) const {
        if (row.kind == AlarmKind::technical) {
            for (std::size_t j = looks_.size(); j-- > 0;) {
                const auto said = looks_[j].said.find(std::string{row.code});
                if (said != looks_[j].said.end() && !said->second.empty()) {
                    return j + 1 == looks_.size() ||
                           looks_.back().at - looks_[j].at < AlarmEngine::kTechnicalReleaseUs;
                }
            }
            return false;
        }
        const Look& now = looks_.back();
        const auto said = now.said.find(std::string{row.code});
        if (said == now.said.end()) {
            return false;
        }
        // A source masks itself, a device both that look at the signal.
        const auto masked = [&](AlarmOrigin origin) {
            return std::any_of(
                alarm_rows().begin(), alarm_rows().end(), [&](const AlarmRow& row_off) {
                    const auto off = now.said.find(std::string{row_off.code});
                    return row_off.masks && row.sensor == row_off.masks && off != now.said.end() &&
                           (off->second.contains(origin) ||
                            off->second.contains(AlarmOrigin::device));
                });
        };
        return std::any_of(said->second.begin(), said->second.end(), [&](AlarmOrigin origin) {
            return origin == AlarmOrigin::second_signal || origin == AlarmOrigin::device ||
                   !masked(origin);
        });
    }

    std::vector<Look> looks_;
    std::vector<std::vector<bool>> limit_held_; // by look
    std::set<AlarmId> standing_, latched_, acknowledged_;
};

class World {
  public:
    explicit World(unsigned seed) : random_(seed) {
        engine_.set_patient(AgeGroup::adult, Needs::patient);
    }

    void run(int steps) {
        for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
            step();
        }
    }

  private:
    int below(int n) { return std::uniform_int_distribution<int>{0, n - 1}(random_); }

    void step() {
        static constexpr std::int64_t kSteps[] = {200 * kMs,   kS,          kS,     kS,      2 * kS,
                                                  2'500 * kMs, 2'501 * kMs, 9 * kS, 700 * kS};
        now_ += kSteps[static_cast<std::size_t>(below(40) == 0 ? 6 + below(3) : below(6))];
        for (const VitalRow& vital : vital_rows()) {
            // numbers wander about their limits and stay there a while
            if (below(12) == 0) {
                level_[vital.kind] = below(11);
            }
            if (below(25) != 0) {
                board_.take(vital.kind, number(vital), 1, now_);
            }
        }
        for (int i = below(3); i > 0; --i) {
            say_something();
        }
        const auto changes = engine_.update(board_, now_);
        oracle_.look(see());
        replay(changes);
        compare();
        answer();
    }

    std::optional<std::int32_t> number(const VitalRow& vital) {
        const int level = level_[vital.kind];
        if (level == 10) {
            return std::nullopt;
        }
        std::vector<std::int32_t> edges{0};
        for (const AlarmRow& row : alarm_rows()) {
            const VitalKind kind = vital.kind == VitalKind::pr ? VitalKind::hr : vital.kind;
            if (row.limit && row.limit->vital == kind && row.limit->threshold[0]) {
                edges.push_back(*row.limit->threshold[0]);
            }
        }
        const std::int32_t edge = edges[static_cast<std::size_t>(level) % edges.size()];
        const std::int32_t step = vital.per_unit == 1 ? 1 : 5;
        return std::max(0, edge + (below(7) - 3) * step);
    }

    void say_something() {
        const AlarmRow& row = alarm_rows()[static_cast<std::size_t>(below(kAlarms))];
        const auto origin = static_cast<AlarmOrigin>(below(kAlarmOrigins));
        const std::string code{row.code};
        if (below(3) == 0) {
            engine_.begin(origin, {code, row.kind, row.priority, ""});
            said_[code].insert(origin);
        } else {
            for (const AlarmOrigin one : std::set<AlarmOrigin>{said_[code]}) {
                engine_.end(one, code);
            }
            said_[code].clear();
        }
    }

    Look see() {
        Look look{.at = now_, .numbers = {}, .said = said_};
        for (const VitalRow& vital : vital_rows()) {
            look.numbers[vital.kind] = board_.read(vital.kind, now_).value;
        }
        for (const VitalKind kind : {VitalKind::rr, VitalKind::etco2}) {
            breathed_ = breathed_ || look.numbers[kind].value_or(0) > 0;
        }
        if (!breathed_) {
            look.numbers[VitalKind::etco2].reset();
            if (!said_["ecg_lead_off"].empty() || look.numbers[VitalKind::hr].value_or(0) == 0) {
                look.numbers[VitalKind::rr].reset();
            }
        }
        bool none = false;
        for (const VitalKind kind : {VitalKind::pr, VitalKind::spo2}) {
            pulsed_ = pulsed_ || look.numbers[kind].value_or(0) > 0;
            look.pulse_there = look.pulse_there || look.numbers[kind].has_value();
            none = none || board_.read(kind, now_).state == VitalState::invalid;
        }
        look.pulse_missed = none && pulsed_ && said_["spo2_sensor_off"].empty();
        if (!look.numbers[VitalKind::hr]) {
            look.numbers[VitalKind::hr] = look.numbers[VitalKind::pr];
        }
        return look;
    }

    // What somebody knows who hears the changes alone.
    void replay(const std::vector<AlarmChange>& changes) {
        for (const AlarmChange& change : changes) {
            const AlarmRow* row = find_alarm(change.code);
            ASSERT_NE(row, nullptr);
            if (change.told == Told::begins) {
                heard_.insert(row->id);
            } else {
                ASSERT_EQ(heard_.erase(row->id), 1U) << change.code << " ends without a beginning";
            }
        }
    }

    void compare() {
        ASSERT_EQ(heard_, oracle_.standing());
        std::uint64_t bits = 0;
        for (const AlarmId id : heard_) {
            bits |= 1ULL << static_cast<unsigned>(id);
        }
        ASSERT_EQ(engine_.told(), bits);
        std::set<AlarmId> latched;
        bool sounds = false;
        for (const AlarmView& view : engine_.view()) {
            const AlarmRow& row = *find_alarm(view.code);
            if (view.presence == Presence::latched) {
                latched.insert(row.id);
            }
            const bool stands =
                view.presence == Presence::present || view.presence == Presence::latched;
            ASSERT_EQ(view.signal == AlarmSignal::acknowledged, oracle_.is_acknowledged(row.id))
                << view.code;
            sounds = sounds || (stands && view.signal == AlarmSignal::on);
            if (row.latch == Latch::until_acknowledged) {
                ASSERT_TRUE(is_visible(view.signal)) << view.code;
            }
        }
        std::set<AlarmId> expected;
        for (const AlarmId id : oracle_.latched()) {
            expected.insert(id);
        }
        ASSERT_EQ(latched, expected);
        ASSERT_EQ(engine_.sounding().has_value(), sounds);
    }

    void answer() {
        if (below(6) != 0) {
            return;
        }
        const AlarmRow& row = alarm_rows()[static_cast<std::size_t>(below(kAlarms))];
        if (below(2) == 0) {
            const auto event = static_cast<SignalEvent>(below(kSignalEvents));
            ASSERT_EQ(engine_.command({event, "", AlarmSide::hospital, "h", 0}, now_),
                      AlarmVerdict::refused_side);
            return;
        }
        if (engine_.command(
                {SignalEvent::acknowledge, std::string{row.code}, AlarmSide::crew, "c", 0}, now_) ==
            AlarmVerdict::done) {
            oracle_.acknowledge(row.id);
        }
    }

    std::mt19937 random_;
    std::int64_t now_{10'000 * kS};
    VitalBoard board_;
    AlarmEngine engine_;
    Oracle oracle_;
    std::map<VitalKind, int> level_;
    std::map<std::string, std::set<AlarmOrigin>> said_;
    std::set<AlarmId> heard_;
    bool breathed_{false};
    bool pulsed_{false};
};

TEST(AlarmProperty, WhatIsToldStandsLatchesAndSoundsAsTheDefinitionsSay) {
    for (unsigned seed = 1; seed <= 60 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        World world{seed};
        world.run(400);
    }
}

} // namespace
} // namespace ems::signal
