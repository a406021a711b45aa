// What dispatch shares with ems-telemetryd about JT/T 808 terminals: the positions and signs of life it reads, the texts it
// leaves to be sent (telemetry.terminal_text). Each function takes an open connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/store/store.h"

namespace ems::dispatch {

struct TerminalPosition {
    PlaceE7 place;                   // WGS-84
    std::uint32_t speed_cm_s{0};
    std::uint32_t course_cdeg{0};
    std::int64_t device_us{0};       // the terminal's clock, set by satellites
    std::int64_t received_us{0};     // the clock of ems-telemetryd
};
struct TerminalReport {
    std::string vid;
    // Since a sign of life of the terminal, by the database's clock; nothing when the vehicle is heard over the broker.
    std::optional<std::chrono::milliseconds> silent;
    // The vehicle's newest believable position, when the terminal told it.
    std::optional<TerminalPosition> position;
};

// What is stored of where a vehicle was and when it was heard, whoever told it; ages are by the database's clock.
struct LastKnown {
    std::string vid;
    std::optional<std::chrono::milliseconds> silent;   // since a sign of life; nothing: there was none
    bool by_terminal{false};                           // that sign
    struct Fix {
        PlaceE7 place;
        std::uint32_t speed_cm_s{0};
        std::uint32_t course_cdeg{0};
        std::int64_t device_us{0};
        std::chrono::milliseconds since_receipt{0};
        std::chrono::milliseconds age{0};              // since it was measured, as far as the vehicle's clock is known
        bool by_terminal{false};
    };
    std::optional<Fix> fix;
};
// The region's vehicles, at most 10,000.
Task<std::vector<LastKnown>> last_known(pg::Connection& db, std::string region);

// Every vehicle of which a terminal has told something, at most 10,000.
Task<std::vector<TerminalReport>> terminal_reports(pg::Connection& db);

struct TerminalTextRow {
    std::string id;
    std::string vid;
    bool emergency{false};
    std::string text;
    std::int64_t incident{0};        // 0: none
    std::int64_t created_us{0};
    std::int64_t expires_us{0};
    std::string created_by;
    std::int64_t sent_us{0};         // first; 0: not yet
    std::uint32_t sends{0};
    std::int64_t answered_us{0};     // 0: not answered
    std::string result;              // empty: open
};

// The text, its audit and the answer to the request, in one transaction under the leader's term. Used of the row: id, vid,
// emergency, text, incident, created_by; `life` from now. Errors: term_stale, repeated (the key was used before), not_found
// (the vehicle has no terminal), too_many_requests (16 texts wait for it), those of telemetry/pg.
Task<void> add_terminal_text(pg::Connection& db, std::uint64_t term, StoreKey key, TerminalTextRow row,
                             std::chrono::milliseconds life);

// Newest first.
Task<std::vector<TerminalTextRow>> terminal_texts(pg::Connection& db, std::string vid, std::size_t count_max);

} // namespace ems::dispatch
