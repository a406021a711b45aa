// The tables of telemetry/signal/README.md are printed here; a change of a table shows in the
// README or turns this red.
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "telemetry/signal/alarm/alarm_states.h"
#include "telemetry/signal/alarm/alarm_table.h"

namespace ems::signal {
namespace {

std::string limit_text(const AlarmLimit& limit) {
    std::string out = limit.side == LimitSide::low ? "<" : ">";
    std::string separator = " ";
    for (const auto& threshold : limit.threshold) {
        out += separator + (threshold ? vital_text(limit.vital, *threshold) : "off");
        separator = " / ";
    }
    return fmt::format("{} {}", vital_row(limit.vital).name, out);
}

std::string raised_by(const AlarmRow& row) {
    return row.wording == Wording::advisory   ? "detector, an advisory"
           : row.limit                        ? limit_text(*row.limit)
           : row.pulseless                    ? "no number of a probe that is on"
           : row.kind == AlarmKind::technical ? "device, monitor or detector"
                                              : "detector or monitor";
}

std::string seconds(std::int32_t ms) {
    return fmt::format("{:g}", ms / 1'000.0);
}

std::string delay_text(const AlarmRow& row) {
    const auto& d = row.delay_ms;
    return d[0] == d[1] && d[1] == d[2]
               ? seconds(d[0])
               : fmt::format("{} / {} / {}", seconds(d[0]), seconds(d[1]), seconds(d[2]));
}

std::string alarm_table() {
    std::string out = "| alarm | priority | raised by (adult / child / infant) | after s | back "
                      "by, for s | latches "
                      "| hides | masks |\n|---|---|---|---|---|---|---|---|\n";
    const char* priorities[] = {"", "high", "medium", "low"};
    for (const AlarmRow& row : alarm_rows()) {
        std::string hides;
        for (const AlarmId id : row.hides) {
            hides += (hides.empty() ? "" : ", ") + std::string{alarm_row(id).code};
        }
        const std::string back = row.limit
                                     ? fmt::format("{:g}, {}",
                                                   static_cast<double>(row.limit->hysteresis) /
                                                       vital_row(row.limit->vital).per_unit,
                                                   seconds(row.release_ms))
                                     : "-";
        std::string priority = priorities[static_cast<std::size_t>(row.priority)];
        if (row.escalate_ms != 0) {
            priority += fmt::format(", raised after {} s", seconds(row.escalate_ms));
        }
        out += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", row.code, priority,
                           raised_by(row), delay_text(row), back,
                           row.latch == Latch::until_acknowledged ? "yes" : "-",
                           hides.empty() ? "-" : hides,
                           row.masks ? fmt::format("the {}", sensor_name(*row.masks)) : "-");
    }
    return out;
}

std::string presence_table() {
    std::string out = "| presence |";
    std::string line = "\n|---|";
    for (std::size_t e = 0; e < kPresenceEvents; ++e) {
        out += fmt::format(" {} |", presence_event_name(static_cast<PresenceEvent>(e)));
        line += "---|";
    }
    out += line + "\n";
    for (std::size_t p = 0; p < kPresences; ++p) {
        const auto from = static_cast<Presence>(p);
        out += fmt::format("| {} |", presence_name(from));
        for (std::size_t e = 0; e < kPresenceEvents; ++e) {
            const auto event = static_cast<PresenceEvent>(e);
            const Presence plain = next_presence(from, event, Latch::none, AlarmSignal::on);
            const Presence lethal =
                next_presence(from, event, Latch::until_acknowledged, AlarmSignal::on);
            out += plain == lethal ? fmt::format(" {} |", presence_name(plain))
                                   : fmt::format(" {}, lethal: {} |", presence_name(plain),
                                                 presence_name(lethal));
        }
        out += "\n";
    }
    return out;
}

std::string signal_table() {
    std::string out = "| signal |";
    std::string line = "\n|---|";
    for (std::size_t e = 0; e < kSignalEvents; ++e) {
        out += fmt::format(" {} |", signal_event_name(static_cast<SignalEvent>(e)));
        line += "---|";
    }
    out += line + "\n";
    for (std::size_t s = 0; s < kAlarmSignals; ++s) {
        const auto from = static_cast<AlarmSignal>(s);
        out += fmt::format("| {} |", signal_name(from));
        for (std::size_t e = 0; e < kSignalEvents; ++e) {
            const auto next = next_signal(from, static_cast<SignalEvent>(e), Latch::none);
            out += next == from ? " - |" : fmt::format(" {} |", signal_name(*next));
        }
        out += "\n";
    }
    return out;
}

TEST(Readme, HoldsTheTablesOfTheAlarms) {
    std::ifstream in{EMS_SOURCE_DIR "/telemetry/signal/README.md"};
    std::ostringstream text;
    text << in.rdbuf();
    for (const std::string& table : {alarm_table(), presence_table(), signal_table()}) {
        EXPECT_NE(text.str().find(table), std::string::npos)
            << "telemetry/signal/README.md should hold:\n"
            << table;
    }
}

} // namespace
} // namespace ems::signal
