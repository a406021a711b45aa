#include "tests/soak/history.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

namespace ems::soak {
namespace {

constexpr int kEvents = 1;

struct Found {
    const std::string* content{nullptr};
    std::uint64_t times{0};
};

class Judge {
  public:
    explicit Judge(const History& history)
        : history_(history), held_(history.held.begin(), history.held.end()) {
        for (const HistoryRow& row : history.archived) {
            Found& found = archived_[row.name];
            found.content = &row.content;
            ++found.times;
        }
    }

    Verdict verdict() {
        std::map<RecordName, const std::string*> written;
        for (const HistoryRow& row : history_.written) {
            const auto [known, first] = written.emplace(row.name, &row.content);
            if (!first && *known->second != row.content) {
                fault(row.name, &Counted::altered, "was written with two contents");
            }
        }
        for (const auto& [name, content] : written) {
            look_for(name, *content);
        }
        for (const auto& [name, found] : archived_) {
            if (!written.contains(name)) {
                fault(name, &Counted::invented, "is archived, and nobody wrote it");
            }
        }
        for (const RecordName& name : history_.promised) {
            if (!archived_.contains(name) && !held_.contains(name)) {
                ++verdict_.promises_broken;
                example(name, "was promised to its presser and is not archived");
            }
        }
        return std::move(verdict_);
    }

  private:
    void look_for(const RecordName& name, const std::string& content) {
        const auto found = archived_.find(name);
        if (found == archived_.end() && is_given_up(name)) {
            ++verdict_.given_up;
            return;
        }
        if (found == archived_.end() && held_.contains(name)) {
            ++verdict_.held;
            return;
        }
        ++verdict_.all.records;
        verdict_.events.records += name.stream == kEvents ? 1U : 0U;
        if (found == archived_.end()) {
            fault(name, &Counted::lost, "is not archived");
            return;
        }
        if (found->second.times > 1) {
            fault(name, &Counted::doubled, "is archived more than once");
        }
        if (*found->second.content != content) {
            fault(name, &Counted::altered, "is archived with another content");
        }
    }

    [[nodiscard]] bool is_given_up(const RecordName& name) const {
        const std::size_t colon = name.id.find(':');
        std::uint64_t spool = 0;
        std::uint64_t seq = 0;
        if (name.stream == kEvents || colon == std::string::npos) {
            return false;
        }
        const char* const begin = name.id.data();
        std::from_chars(begin, begin + colon, spool);
        std::from_chars(begin + colon + 1, begin + name.id.size(), seq);
        return std::any_of(history_.given_up.begin(), history_.given_up.end(),
                           [&](const GivenUp& gap) {
                               return gap.vid == name.vid && gap.stream == name.stream &&
                                      gap.spool == spool && gap.from <= seq && seq <= gap.to;
                           });
    }

    void fault(const RecordName& name, std::uint64_t Counted::*count, const char* what) {
        ++(verdict_.all.*count);
        if (name.stream == kEvents) {
            ++(verdict_.events.*count);
        }
        example(name, what);
    }
    void example(const RecordName& name, const char* what) {
        if (verdict_.examples.size() < Verdict::kExamplesMax) {
            verdict_.examples.push_back(
                fmt::format("{} of {}, stream {}, {}", name.id, name.vid, name.stream, what));
        }
    }

    const History& history_;
    const std::set<RecordName> held_;
    std::map<RecordName, Found> archived_;
    Verdict verdict_;
};

} // namespace

Verdict judge(const History& history) {
    return Judge{history}.verdict();
}

} // namespace ems::soak
