// The oracle of the chaos run: what vehicles wrote against what the archive holds. Every record
// that was ever committed to a spool, but for those a gap record gives up, must stand in the
// archive exactly once and unchanged, and nothing else may stand there. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ems::soak {

// Of a record, however it is stored. stream: 1 A, 2 G, 3 V, 4 W, as in ems.wire.Stream.
struct RecordName {
    std::string vid;
    int stream{0};
    std::string id; // an event: its event_id; else "spool:seq"
    auto operator<=>(const RecordName&) const = default;
};

// One row of a journal or of an archive. `content`: the record's values in one canonical text, the
// same on both sides when no bit of it changed.
struct HistoryRow {
    RecordName name;
    std::string content;
};

// Records of one spool that will never be sent.
struct GivenUp {
    std::string vid;
    int stream{0};
    std::uint64_t spool{0};
    std::uint64_t from{0};
    std::uint64_t to{0}; // inclusive
};

struct History {
    std::vector<HistoryRow> written; // an event may stand here several times, with one content
    std::vector<GivenUp> given_up;
    std::vector<RecordName> promised; // events whose presser was told "stored"
    std::vector<HistoryRow> archived;
    std::vector<RecordName> held; // in a spool at the end: made too late to be asked for
};

struct Counted {
    std::uint64_t records{0};  // to be found, each once
    std::uint64_t lost{0};     // not archived
    std::uint64_t doubled{0};  // archived again
    std::uint64_t altered{0};  // archived with another content
    std::uint64_t invented{0}; // archived and never written
    [[nodiscard]] std::uint64_t wrong() const { return lost + doubled + altered + invented; }
};

struct Verdict {
    Counted all;
    Counted events;                    // the part of `all` that is stream A
    std::uint64_t promises_broken{0};  // promised and not archived
    std::uint64_t given_up{0};         // written, not archived, and named by a gap
    std::uint64_t held{0};             // written, not archived, and still in the spool
    std::vector<std::string> examples; // the first kExamplesMax faults, a sentence each
    static constexpr std::size_t kExamplesMax = 20;

    [[nodiscard]] std::uint64_t lost_or_double() const { return all.wrong(); }
    [[nodiscard]] std::uint64_t lost_alarms() const { return events.wrong() + promises_broken; }
};

Verdict judge(const History& history);

} // namespace ems::soak
