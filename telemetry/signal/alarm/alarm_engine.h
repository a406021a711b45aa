// The alarms of one patient and the vehicle around him: what breaks a limit, what a detector, a
// monitor or a device says, through one gate with delays, hysteresis, causes that hide
// consequences, latching and the crew's pauses and acknowledgements. What stands is told once when
// it begins, when its priority changes, and when it ends. Nobody but the vehicle's crew can
// quieten it.
//
// Limits are judged of numbers that are current, as they are shown. A number that is missing or
// invalid for at most kFlickerUs neither begins a delay anew nor ends an alarm; longer, and the
// technical alarm stands in its place. One of high priority is not over before that alarm does
// (AlarmRow::replaces), or the crew has acknowledged it: a saturation that is lost at 60 % is no
// relief. A number that has returned begins a delay anew. `now_us` is
// a clock that only runs forward, the board's; a time before the last one is taken for that.
// update() belongs to each message of a monitor and at least to each second: a delay that nobody
// watched for longer than kFlickerUs begins anew. A technical condition ends kTechnicalReleaseUs
// after it was last said, so that a loose contact is one alarm; what it masks is believed at once.
// A capnograph on its hook measures zero: limits of EtCO2 are judged only once it or a breath was
// above zero since the patient began. Those of the breath, which the leads measure, are judged from
// the first heart rate on of a patient who hangs on them: he may not breathe when he is found.
// Pure; bounded; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/signal/alarm/alarm_states.h"
#include "telemetry/signal/alarm/alarm_table.h"
#include "telemetry/signal/vitals/vital_board.h"

namespace ems::signal {

// Who says that a condition stands. second_signal: a rhythm that another signal bears out, as no
// pulse in the pleth; it is believed although the ECG's leads are off.
enum class AlarmOrigin : std::uint8_t { detector, monitor, second_signal, device };
inline constexpr std::size_t kAlarmOrigins = 4;

struct AlarmCondition {
    // Of the table, or a monitor's own: "monitor_10002". Of the monitor's own those of the body
    // with high priority count as lethal: what they mean is not known here.
    std::string code;
    AlarmKind kind{AlarmKind::technical};
    AlarmPriority priority{AlarmPriority::low}; // with the table's: the more urgent
    std::string text{};                         // as its source shows it
};

enum class Told : std::uint8_t { begins, ends }; // begins again: with another priority
struct AlarmChange {
    std::string code;
    AlarmKind kind{AlarmKind::technical};
    AlarmPriority priority{AlarmPriority::low};
    Told told{Told::begins};
    std::string text{};
};

// Of the oximeter, as its wave says; unknown: it gives none.
enum class Probe : std::uint8_t { unknown, on };

enum class AlarmSide : std::uint8_t { crew, hospital, centre };
struct AlarmCommand {
    SignalEvent event{SignalEvent::acknowledge}; // of those that a person causes
    // "": every alarm that stands; with `restore` also those that are quietened beforehand.
    std::string code{};
    AlarmSide side{AlarmSide::crew};
    std::string author{};
    std::int64_t duration_us{0}; // of a pause; 0: kPauseUsMax
};
// refused_lethal: it, or one of high priority, can only be paused in its sound. refused: no person
// causes this, or too long.
enum class AlarmVerdict : std::uint8_t {
    done,
    unknown_alarm,
    not_standing,
    refused_lethal,
    refused_side,
    refused
};
std::string_view verdict_text(AlarmVerdict verdict);

struct AlarmView {
    std::string code;
    AlarmKind kind{AlarmKind::technical};
    AlarmPriority priority{AlarmPriority::low};
    Presence presence{Presence::absent};
    AlarmSignal signal{AlarmSignal::on};
    std::string author{};     // of the signal's state
    std::int64_t until_us{0}; // of a pause
    std::int64_t since_us{0}; // of the presence
    std::string text{};
};

class AlarmEngine {
  public:
    static constexpr std::size_t kOthersMax = 64;
    static constexpr std::size_t kTextMax = 64;
    static constexpr std::int64_t kFlickerUs = 2'500'000;
    static constexpr std::int64_t kTechnicalReleaseUs = 3'000'000;
    static constexpr std::int64_t kPauseUsMax = 120'000'000;

    AlarmEngine();

    // Whose limits hold, and whether somebody hangs on the sensors.
    void set_patient(AgeGroup group, Needs attended);
    // Another patient: alarms, delays and latches of the last one are over, and so is every
    // decision of the crew, of technical alarms too. What was told of the body ends with the next
    // update(), and begins anew when it stands still.
    void next_patient();
    // Whether a probe is known to be on: then a pulse is missed that was never seen.
    void set_probe(Probe probe) { probe_ = probe; }

    // Again from the same origin: its priority, up or down, and its text are these from now.
    void begin(AlarmOrigin origin, AlarmCondition condition);
    void end(AlarmOrigin origin, std::string_view code);
    // What is to be told: the ends of the last patient's, then the most urgent beginning first,
    // endings last.
    [[nodiscard]] std::vector<AlarmChange> update(const VitalBoard& board, std::int64_t now_us);

    // Takes effect at once; what stands is told to nobody anew.
    AlarmVerdict command(const AlarmCommand& command, std::int64_t now_us);

    // Those that stand or whose signal is not on, the most urgent first, then the oldest.
    [[nodiscard]] std::vector<AlarmView> view() const;
    // Of the sound that is due now; nothing: silence.
    [[nodiscard]] std::optional<AlarmPriority> sounding() const;
    // Conditions refused because kOthersMax stand. One that waits latched makes room.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

    // Alarms of the table that were told and have not ended, by the bits of AlarmId: kept over a
    // restart.
    [[nodiscard]] std::uint64_t told() const;
    // Told and not ended of those that only a monitor knows, as their ends; at most kOthersMax.
    [[nodiscard]] std::vector<AlarmChange> told_others() const;
    // What somebody has yet to acknowledge, were its condition over now: latched, or lethal and
    // standing. At most one of each entry; `told` is nothing here.
    [[nodiscard]] std::vector<AlarmChange> unacknowledged() const;
    // It was that in an earlier run: latched from now, until it is acknowledged or the patient
    // changes. Before the first update(). One that no table knows counts as lethal. No room:
    // dropped.
    void latch(const AlarmChange& alarm, std::int64_t now_us);
    // The ends of what an earlier run had told, `told` of then; before the first update().
    [[nodiscard]] static std::vector<AlarmChange> ends_of(std::uint64_t told);

  private:
    struct Entry {
        const AlarmRow* row{nullptr}; // of the table, or of own_row
        // What is said.
        std::uint8_t asserted{0};                                 // bits of AlarmOrigin
        std::array<AlarmPriority, kAlarmOrigins> said_priority{}; // of those asserted
        AlarmPriority asserted_priority{AlarmPriority::low};      // the most urgent of them
        std::string asserted_text{};
        std::int64_t said_at{0}; // technical: when it was last found said
        // What the limit says.
        std::optional<std::int64_t> broken_since{};
        std::int64_t broken_at{0};
        std::optional<std::int64_t> returned_since{};
        bool was_missing{false}; // the number, when it was last judged
        bool limit_holds{false};
        std::string limit_text{};
        AlarmPriority limit_priority{AlarmPriority::low}; // the most urgent since it holds
        // What it is.
        bool said{false};
        bool holds{false};
        Presence presence{Presence::absent};
        AlarmPriority priority{AlarmPriority::low};
        std::string text{}; // of the limit as it began, or as its source shows it
        std::int64_t since_us{0};
        std::optional<std::int64_t> unanswered_since{};
        bool escalated{false};
        AlarmSignal signal{AlarmSignal::on};
        std::string author{};
        std::int64_t until_us{0};
        std::optional<AlarmPriority> told{};
    };
    struct Other {
        AlarmRow row;
        Entry entry;
    };

    [[nodiscard]] bool is_believed(const Entry& entry) const;
    // With the release of a technical condition.
    [[nodiscard]] bool is_said(Entry& entry) const;
    // Of a limit, or of a missing pulse: whether it is broken, neither, back, or nothing is known.
    enum class Side { broken, between, returned, missing };
    void judge_limit(Entry& entry, const VitalBoard& board);
    void judge_pulse(Entry& entry, const VitalBoard& board);
    // Whether it holds from now.
    bool time_side(Entry& entry, Side side, std::int32_t missing_release_ms);
    [[nodiscard]] bool is_masked(Sensor sensor) const;
    [[nodiscard]] bool is_void(VitalKind kind, const VitalBoard& board) const;
    void look_for_life(const VitalBoard& board);
    [[nodiscard]] SensorMask replaced() const;
    void step(Entry& entry, bool hidden);
    void enter(Entry& entry, PresenceEvent event);
    void escalate(Entry& entry);
    void tell(Entry& entry, std::string_view code, std::vector<AlarmChange>& changes) const;
    void forget_answers(Entry& entry) const;
    [[nodiscard]] bool is_shown(const Entry& entry) const;
    AlarmVerdict apply(Entry& entry, const AlarmCommand& command);
    template <class F> void each(F act);
    template <class F> void each(F act) const;
    Entry* find(std::string_view code);
    Other* other_of(std::string_view code);
    Other* make_other(const AlarmCondition& condition);
    static void grade(Other& other);
    static void weigh(Entry& entry);

    AgeGroup group_{AgeGroup::adult};
    Needs attended_{Needs::nobody};
    Probe probe_{Probe::unknown};
    bool breath_seen_{false}; // of this patient
    bool pulse_seen_{false};
    std::int64_t now_us_{0};
    std::uint64_t dropped_{0};
    std::array<Entry, kAlarms> entries_{};
    std::vector<AlarmChange> last_patients_; // ends, not told yet; at most one of each entry
    std::map<std::string, Other, std::less<>> others_{}; // by code, at most kOthersMax
};

} // namespace ems::signal
