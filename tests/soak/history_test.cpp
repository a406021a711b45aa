// The oracle is only worth what it finds: histories with one thing wrong.
#include <functional>

#include <gtest/gtest.h>

#include "tests/soak/history.h"

namespace ems::soak {
namespace {

History sound() {
    History history;
    for (int stream = 1; stream <= 4; ++stream) {
        for (int seq = 1; seq <= 50; ++seq) {
            const std::string id =
                stream == 1 ? "event-" + std::to_string(seq) : "9:" + std::to_string(seq);
            const HistoryRow row{{"amb-1", stream, id}, "content " + std::to_string(seq)};
            history.written.push_back(row);
            history.archived.push_back(row);
        }
    }
    history.promised.push_back({"amb-1", 1, "event-7"});
    return history;
}

// Row of event 7, and of position 7.
constexpr std::size_t kEvent = 6;
constexpr std::size_t kPosition = 56;

std::string counts(const Verdict& v) {
    const auto of = [](const Counted& c) {
        return std::to_string(c.lost) + " " + std::to_string(c.doubled) + " " +
               std::to_string(c.altered) + " " + std::to_string(c.invented);
    };
    return of(v.all) + " | " + of(v.events) + " | " + std::to_string(v.promises_broken);
}

struct Case {
    const char* name;
    std::function<void(History&)> change;
    const char* counts; // lost doubled altered invented | of events | promises broken
};

TEST(ChaosOracle, FindsEachKindOfFaultAndNothingElse) {
    const Case cases[] = {
        {"sound", [](History&) {}, "0 0 0 0 | 0 0 0 0 | 0"},
        {"a position lost", [](History& h) { h.archived.erase(h.archived.begin() + kPosition); },
         "1 0 0 0 | 0 0 0 0 | 0"},
        {"a promised event lost", [](History& h) { h.archived.erase(h.archived.begin() + kEvent); },
         "1 0 0 0 | 1 0 0 0 | 1"},
        {"a position twice", [](History& h) { h.archived.push_back(h.archived[kPosition]); },
         "0 1 0 0 | 0 0 0 0 | 0"},
        {"an event twice", [](History& h) { h.archived.push_back(h.archived[kEvent]); },
         "0 1 0 0 | 0 1 0 0 | 0"},
        {"a bit of a position", [](History& h) { h.archived[kPosition].content.back() ^= 1; },
         "0 0 1 0 | 0 0 0 0 | 0"},
        {"a bit of an event", [](History& h) { h.archived[kEvent].content.back() ^= 1; },
         "0 0 1 0 | 0 0 1 0 | 0"},
        {"under another number", [](History& h) { h.archived[kPosition].name.id = "9:51"; },
         "1 0 0 1 | 0 0 0 0 | 0"},
        {"under another vehicle", [](History& h) { h.archived[kPosition].name.vid = "amb-2"; },
         "1 0 0 1 | 0 0 0 0 | 0"},
        {"nobody wrote it", [](History& h) { h.written.erase(h.written.begin() + kPosition); },
         "0 0 0 1 | 0 0 0 0 | 0"},
        {"promised and never even written",
         [](History& h) {
             h.promised.push_back({"amb-1", 1, "event-51"});
         },
         "0 0 0 0 | 0 0 0 0 | 1"},
        {"one number with two contents",
         [](History& h) {
             h.written.push_back({h.written[kPosition].name, "another"});
         },
         "0 0 1 0 | 0 0 0 0 | 0"},
        {"an event repeated under a new number is one event",
         [](History& h) { h.written.push_back(h.written[kEvent]); }, "0 0 0 0 | 0 0 0 0 | 0"},
    };
    for (const Case& it : cases) {
        History history = sound();
        it.change(history);
        EXPECT_EQ(counts(judge(history)), it.counts) << it.name;
    }
}

TEST(ChaosOracle, ForgivesWhatAGapNamesAndNothingBesideIt) {
    History history = sound();
    history.given_up.push_back({"amb-1", 2, 9, 7, 8});
    history.archived.erase(history.archived.begin() + kPosition,
                           history.archived.begin() + kPosition + 3); // 7, 8 and 9
    const Verdict verdict = judge(history);
    EXPECT_EQ(verdict.given_up, 2U);
    EXPECT_EQ(verdict.all.lost, 1U);
}

TEST(ChaosOracle, DoesNotAskForWhatTheSpoolStillHolds) {
    History history = sound();
    history.held = {history.written[kPosition].name, history.written[kPosition + 1].name};
    history.archived.erase(history.archived.begin() + kPosition);
    const Verdict verdict = judge(history);
    EXPECT_EQ(verdict.held, 1U) << "the other is archived, too: its acknowledgement was on the way";
    EXPECT_EQ(verdict.lost_or_double(), 0U);
}

TEST(ChaosOracle, NeverForgivesAnEvent) {
    History history = sound();
    history.given_up.push_back({"amb-1", 1, 9, 1, 50});
    history.archived.erase(history.archived.begin() + kEvent);
    EXPECT_EQ(judge(history).lost_alarms(), 2U);
}

} // namespace
} // namespace ems::soak
