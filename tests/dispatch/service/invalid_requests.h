// What the tests of invalid requests share: each part of the protocol has its own bad requests.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {

inline constexpr std::int64_t kUnknown = 9'000'000'000;
inline const std::string kHuge(100'000, 'x');
inline const std::string kTwoLines{"gate\nat the back"};
inline const std::string kEscape{"\x1b[2J"};
inline const std::string kNul{"a\0b", 3};

struct Bad {
    std::string why;
    api::ClientFrame frame;
    Code code{Code::invalid_argument};
};

inline std::string verb_of(const api::ClientFrame& frame) {
    return api::ClientFrame::descriptor()->FindFieldByNumber(static_cast<int>(frame.body_case()))->name();
}

class InvalidRequests : public DispatchdTest {
  protected:
    // Of the tables that a request may change; what servers write of themselves stands elsewhere.
    std::string digest() {
        return postgres_->value(
            "select string_agg(t.table_schema || '.' || t.table_name || ' ' || md5(query_to_xml(format("
            "'select * from %I.%I x order by x::text', t.table_schema, t.table_name), true, false, '')::text), E'\\n' "
            "order by t.table_schema, t.table_name) from information_schema.tables t "
            "where t.table_type = 'BASE TABLE' and (t.table_schema in ('dispatch', 'registry') "
            "or (t.table_schema, t.table_name) in (('telemetry', 'inbox'), ('telemetry', 'terminal_text'), ('media', 'snapshot'), "
            "('media', 'viewer_grant'), ('media', 'voice_grant')))");
    }
    template <class Fill> void add(const std::string& why, Code code, Fill fill) {
        Bad bad{why, {}, code};
        fill(bad.frame);
        bad_.push_back(std::move(bad));
    }
    void bad_calls();
    void bad_incidents();
    void bad_orders();
    void bad_diversions();
    void bad_tasks();
    void bad_units();
    void bad_desk();
    void bad_roads();
    void bad_alarms();
    void bad_notes();
    void bad_neighbours();
    void bad_scales();
    void bad_texts();
    void bad_views();

    std::vector<Bad> bad_;
    std::vector<Bad> bad_without_key_;   // of verbs that write no order: an identity that is read, a grant
    std::vector<Bad> bad_of_physician_;
    std::vector<Bad> bad_of_viewer_;
    std::int64_t busy_unit_{0};
    std::int64_t free_unit_{0};
    std::int64_t incident_{0};     // with busy_unit_ on it
    std::int64_t waiting_{0};      // as urgent, open
    std::int64_t closed_{0};
    std::int64_t transfer_{0};     // planned, open
    std::int64_t assignment_{0};
    std::int64_t ended_{0};
    std::int64_t arrived_{0};      // its unit is at the hospital
    std::uint64_t version_{0};
};

} // namespace ems::dispatch
