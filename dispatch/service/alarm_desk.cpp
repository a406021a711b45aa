#include "dispatch/service/alarm_desk.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "dispatch/core/request_text.h"
#include "telemetry/base/log.h"

namespace ems::dispatch {
namespace {

constexpr std::chrono::milliseconds kPoll{200};
constexpr std::chrono::milliseconds kRetry{1000};
constexpr std::size_t kCodeMax = 40;
constexpr std::uint32_t kShelfMinutesMax = 60;
constexpr std::uint32_t kHigh = 1;
constexpr std::uint32_t kLow = 3;
constexpr std::uint32_t kMedium = 2;
constexpr std::int64_t kMinuteUs = 60'000'000;
constexpr std::array<std::string_view, 7> kParameters{"hr", "spo2", "rr", "nibp", "etco2", "temp", "st"};

bool is_code(std::string_view text) {
    return !text.empty() && text.size() <= kCodeMax &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

std::int64_t newest_us(const api::AlarmMark& mark) {
    return std::max({mark.acknowledged_us(), mark.shelved_us(), mark.off_us()});
}

Result<void> check_switch(const api::MarkAlarm& in, AlarmAbout about, MarkKind kind) {
    if (about != AlarmAbout::assignment ||
        std::find(kParameters.begin(), kParameters.end(), in.code()) == kParameters.end()) {
        return fail(Code::choice_unknown, "a parameter of the patient of an assignment");
    }
    if (in.grade() != kMedium) {
        return fail(Code::choice_unknown, "of medium grade and below alone");
    }
    return kind == MarkKind::off ? check_reason(in.reason()) : Result<void>{};
}

} // namespace

Result<AlarmMarkRow> alarm_mark_of(const api::MarkAlarm& in) {
    AlarmMarkRow out;
    const auto about = alarm_about_of(in.about());
    const auto kind = mark_kind_of(in.kind());
    if (!about || in.about_id() <= 0 || !is_code(in.code())) {
        return fail(Code::choice_unknown, "an alarm of a unit, assignment, incident or posting");
    }
    if (!kind) {
        return fail(Code::choice_unknown, "acknowledged, shelved, taken_back, off or on");
    }
    if (in.grade() < kHigh || in.grade() > kLow) {
        return fail(Code::choice_unknown, "a grade of 1 to 3");
    }
    if (*kind == MarkKind::shelved) {
        EMS_TRY(check_reason(in.reason()));
        if (in.minutes() == 0 || in.minutes() > kShelfMinutesMax) {
            return fail(Code::choice_unknown, "put away for 1 to 60 minutes");
        }
        if (in.grade() == kHigh && !in.technical()) {
            return fail(Code::choice_unknown, "a high alarm of a patient is not put away");
        }
        out.minutes = in.minutes();
        out.reason = in.reason();
    }
    if (*kind == MarkKind::off || *kind == MarkKind::on) {
        EMS_TRY(check_switch(in, *about, *kind));
        out.reason = *kind == MarkKind::off ? in.reason() : std::string{};
    }
    out.about = *about;
    out.about_id = in.about_id();
    out.code = in.code();
    out.kind = *kind;
    out.grade = in.grade();
    return out;
}

AlarmDesk::AlarmDesk(boost::asio::io_context& io, pg::Pool& pool, std::string region)
    : pool_(pool), region_(std::move(region)), lock_(io.get_executor()), timer_(io) {}

void AlarmDesk::set_hooks(Changed changed, std::function<void()> outcome_unknown) {
    changed_ = std::move(changed);
    outcome_unknown_ = std::move(outcome_unknown);
}

void AlarmDesk::stop() {
    stopping_ = true;
    timer_.cancel();
}

void AlarmDesk::begin_term() {
    wanted_ = true;
    timer_.cancel();
}

boost::asio::awaitable<void> AlarmDesk::run() {
    bool said = false;
    while (!stopping_) {
        std::chrono::milliseconds pause = kPoll;
        if (wanted_) {
            wanted_ = false;
            auto done = co_await load();
            if (!done) {
                wanted_ = true;
                pause = kRetry;
                if (!said) {
                    EMS_LOG(warn, "alarms", "who has seen them is not read: {}",
                            done.error().message());
                }
            }
            said = !done;
        }
        if (stopping_) {
            break;
        }
        timer_.expires_after(pause);
        co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
}

boost::asio::awaitable<Result<void>> AlarmDesk::load() {
    const AsyncLock::Held held = co_await lock_.acquire();
    auto lease = co_await pool_.acquire();
    if (!lease) {
        co_return Failure{lease.error()};
    }
    auto rows = co_await alarm_marks(**lease, region_);
    if (!rows) {
        co_return Failure{rows.error()};
    }
    for (const AlarmMarkRow& row : *rows) {
        take(row);
    }
    EMS_LOG(info, "alarms", "marks={}", marks_.size());
    const std::vector<api::AlarmMark> all = marks();
    tell(all);
    co_return Result<void>{};
}

std::vector<api::AlarmMark> AlarmDesk::marks() const {
    std::vector<api::AlarmMark> out;
    out.reserve(marks_.size());
    for (const auto& [key, mark] : marks_) {
        out.push_back(mark);
    }
    return out;
}

// Rows come in the order in which they were made.
const api::AlarmMark& AlarmDesk::take(const AlarmMarkRow& row) {
    const Key key{row.about, row.about_id, row.code};
    if (marks_.size() >= kAlarmMarksMax && !marks_.contains(key)) {
        marks_.erase(std::min_element(marks_.begin(), marks_.end(), [](const auto& a, const auto& b) {
            return newest_us(a.second) < newest_us(b.second);
        }));
    }
    api::AlarmMark& mark = marks_[key];
    mark.set_about(std::string{name(row.about)});
    mark.set_about_id(row.about_id);
    mark.set_code(row.code);
    if (row.kind == MarkKind::acknowledged) {
        mark.set_acknowledged_us(row.at_us);
        mark.set_acknowledged_by(row.display);
        mark.set_acknowledged_grade(row.grade);
        return mark;
    }
    if (row.kind == MarkKind::off || row.kind == MarkKind::on) {
        mark.set_off_us(row.kind == MarkKind::off ? row.at_us : 0);
        mark.set_off_by(row.display);
        mark.set_off_reason(row.reason);
        return mark;
    }
    mark.set_shelved_us(row.at_us);
    mark.set_shelved_until_us(row.kind == MarkKind::shelved ? row.at_us + row.minutes * kMinuteUs : 0);
    mark.set_shelved_by(row.display);
    mark.set_shelved_reason(row.reason);
    mark.set_shelved_grade(row.grade);
    return mark;
}

void AlarmDesk::tell(const std::vector<api::AlarmMark>& marks) const {
    if (changed_ && !marks.empty()) {
        changed_(marks);
    }
}

Task<void> AlarmDesk::add(std::uint64_t term, WriteSet request, AlarmMarkRow row) {
    const AsyncLock::Held held = co_await lock_.acquire();
    std::optional<Result<AlarmMarkRow>> stored;
    {
        auto lease = co_await pool_.acquire();
        if (!lease) {
            co_return Failure{lease.error()};
        }
        stored = co_await add_alarm_mark(**lease, term, std::move(request), region_, std::move(row));
    }
    if (!*stored) {
        Error error = stored->error();
        if (error.code == Code::term_stale) {
            error.code = Code::not_leader;
        } else if (error.code == Code::db_outcome_unknown && outcome_unknown_) {
            outcome_unknown_();
        }
        co_return Failure{error};
    }
    const std::vector<api::AlarmMark> fresh(1, take(**stored));
    tell(fresh);
    co_return Result<void>{};
}

} // namespace ems::dispatch
