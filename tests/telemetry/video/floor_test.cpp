// Floor control: single rules, and every rule at once against a slow second reading of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "telemetry/video/floor.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;
using Party = FloorControl::Party;

constexpr Party kCrew = 1;
constexpr Party kPhysician = 2;
constexpr Party kDispatcher = 3;
constexpr Ticks kStart{std::chrono::hours{1}};

FloorControl with_three() {
    FloorControl floor;
    EXPECT_TRUE(floor.join(kCrew, FloorRank::crew));
    EXPECT_TRUE(floor.join(kPhysician, FloorRank::physician));
    EXPECT_TRUE(floor.join(kDispatcher, FloorRank::dispatcher));
    return floor;
}

TEST(Floor, TheSecondOfTheSameOrALowerRankIsDeniedUntilAPressOfItsOwn) {
    FloorControl floor = with_three();
    EXPECT_EQ(floor.request(kCrew, 1, Urgency::normal, kStart).verdict, FloorVerdict::granted);
    const FloorStanding denied = floor.request(kDispatcher, 1, Urgency::normal, kStart);
    EXPECT_EQ(denied.verdict, FloorVerdict::denied);
    EXPECT_EQ(denied.reason, FloorReason::taken);
    floor.release(kCrew, 1);
    // The key is still held: that opens nothing.
    EXPECT_EQ(floor.request(kDispatcher, 1, Urgency::normal, kStart), denied);
    EXPECT_FALSE(floor.holder().has_value());
    EXPECT_EQ(floor.request(kDispatcher, 2, Urgency::normal, kStart).verdict, FloorVerdict::granted);
}

TEST(Floor, AnEmergencyOfTheCrewOutranksThePhysicianWhoOutranksTheRest) {
    FloorControl floor = with_three();
    floor.request(kDispatcher, 1, Urgency::normal, kStart);
    floor.request(kCrew, 1, Urgency::normal, kStart);
    EXPECT_EQ(floor.holder(), kCrew);
    floor.request(kPhysician, 1, Urgency::normal, kStart);
    EXPECT_EQ(floor.holder(), kPhysician);
    EXPECT_EQ(floor.standing(kCrew).reason, FloorReason::preempted);
    EXPECT_EQ(floor.request(kCrew, 2, Urgency::normal, kStart).verdict, FloorVerdict::denied);
    EXPECT_EQ(floor.request(kCrew, 3, Urgency::emergency, kStart).verdict, FloorVerdict::granted);
    EXPECT_EQ(floor.request(kPhysician, 2, Urgency::normal, kStart).verdict, FloorVerdict::denied);
    EXPECT_EQ(floor.request(kPhysician, 3, Urgency::emergency, kStart).reason,
              FloorReason::not_entitled);
}

TEST(Floor, AReleaseThatOvertookItsRequestKeepsTheMicrophoneShut) {
    FloorControl floor = with_three();
    floor.release(kCrew, 5);
    EXPECT_EQ(floor.request(kCrew, 5, Urgency::normal, kStart).verdict, FloorVerdict::idle);
    EXPECT_FALSE(floor.holder().has_value());
}

TEST(Floor, AStuckKeyAndASilentHolderLoseTheFloor) {
    FloorControl floor = with_three();
    floor.request(kCrew, 1, Urgency::normal, kStart);
    floor.heard(kCrew, kStart + milliseconds{3'900});
    floor.tick(kStart + milliseconds{7'900});
    EXPECT_EQ(floor.holder(), kCrew);
    floor.tick(kStart + milliseconds{7'901});
    EXPECT_EQ(floor.standing(kCrew).reason, FloorReason::silent);
    const Ticks again = kStart + milliseconds{10'000};
    floor.request(kCrew, 2, Urgency::normal, again);
    for (int ms = 0; ms <= 60'000; ms += 20) {
        floor.heard(kCrew, again + milliseconds{ms});
        floor.tick(again + milliseconds{ms});
        ASSERT_EQ(floor.holder(), kCrew);
    }
    floor.tick(again + milliseconds{60'001});
    EXPECT_EQ(floor.standing(kCrew).reason, FloorReason::timed_out);
}

TEST(Floor, AnOpenLineIsBetweenTheCrewAndOneConsole) {
    FloorControl floor = with_three();
    floor.request(kCrew, 1, Urgency::normal, kStart);
    EXPECT_TRUE(floor.open_line(kDispatcher));
    EXPECT_TRUE(floor.hears(kCrew, kDispatcher));
    EXPECT_TRUE(floor.hears(kDispatcher, kCrew));
    EXPECT_TRUE(floor.hears(kCrew, kPhysician));
    EXPECT_FALSE(floor.hears(kDispatcher, kPhysician)) << "one stream to each ear";
    EXPECT_EQ(floor.request(kPhysician, 1, Urgency::normal, kStart).reason, FloorReason::line_open);
    EXPECT_TRUE(floor.open_line(kPhysician)) << "of a higher rank";
    EXPECT_FALSE(floor.open_line(kDispatcher));
    floor.close_line(kDispatcher); // not his
    EXPECT_EQ(floor.mode(), FloorMode::open_line);
    floor.close_line(kCrew);
    EXPECT_FALSE(floor.is_heard(kCrew));
    EXPECT_FALSE(floor.is_heard(kPhysician));
    EXPECT_FALSE(floor.open_line(kCrew));
}

// ------------------------------------------------------------------------------------------------

struct Step {
    enum class Kind { join, leave, request, release, open, close, heard, tick } kind;
    Party who;
    std::uint16_t press;
    Urgency urgency;
    Ticks at;
};

// Reads the whole history again for every answer, from the rules as floor.h states them, with sets
// and maps instead of a state machine.
class Oracle {
  public:
    void add(Step step) { log_.push_back(step); }
    struct Answer {
        std::optional<Party> holder;
        std::optional<Party> partner;
        std::map<Party, FloorStanding> standing;
    };
    [[nodiscard]] Answer answer() const {
        Answer a;
        std::map<Party, std::uint16_t> newest;
        Urgency urgency{};
        Ticks since{};
        Ticks heard{};
        const auto rank = [](Party p) { return p % 3 == 1 ? 1 : p % 3 == 2 ? 2 : 0; };
        const auto weight = [&](Party p, Urgency u) { return u == Urgency::emergency ? 9 : rank(p); };
        for (const Step& s : log_) {
            const bool here = a.standing.contains(s.who);
            switch (s.kind) {
            case Step::Kind::join:
                a.standing.try_emplace(s.who);
                break;
            case Step::Kind::leave:
                a.standing.erase(s.who);
                newest.erase(s.who);
                if (a.holder == s.who) { a.holder.reset(); }
                if (a.partner == s.who) { a.partner.reset(); }
                break;
            case Step::Kind::request: {
                if (!here || (newest.contains(s.who) &&
                              static_cast<std::int16_t>(s.press - newest[s.who]) <= 0)) {
                    break;
                }
                newest[s.who] = s.press;
                FloorStanding mine{FloorVerdict::denied, FloorReason::none, s.press};
                if (s.urgency == Urgency::emergency && rank(s.who) != 1) {
                    mine.reason = FloorReason::not_entitled;
                    if (a.holder == s.who) { a.holder.reset(); }
                } else if (a.partner && rank(s.who) != 1 && a.partner != s.who) {
                    mine.reason = FloorReason::line_open;
                } else if (!a.partner && a.holder && a.holder != s.who &&
                           weight(*a.holder, urgency) >= weight(s.who, s.urgency)) {
                    mine.reason = FloorReason::taken;
                } else {
                    mine.verdict = FloorVerdict::granted;
                    if (!a.partner) {
                        if (a.holder && a.holder != s.who) {
                            a.standing[*a.holder].verdict = FloorVerdict::revoked;
                            a.standing[*a.holder].reason = FloorReason::preempted;
                        }
                        a.holder = s.who;
                        urgency = s.urgency;
                        since = heard = s.at;
                    }
                }
                a.standing[s.who] = mine;
                break;
            }
            case Step::Kind::release:
                if (here && !(newest.contains(s.who) &&
                              static_cast<std::int16_t>(s.press - newest[s.who]) < 0)) {
                    newest[s.who] = s.press;
                    a.standing[s.who] = {FloorVerdict::idle, FloorReason::none, s.press};
                    if (a.holder == s.who) { a.holder.reset(); }
                }
                break;
            case Step::Kind::open: {
                if (!here || rank(s.who) == 1 || a.partner == s.who) { break; }
                if (a.partner && rank(s.who) <= rank(*a.partner)) { break; }
                const bool other = a.holder && a.holder != s.who && rank(*a.holder) != 1;
                if (other && rank(s.who) <= rank(*a.holder)) { break; }
                if (other) {
                    a.standing[*a.holder].verdict = FloorVerdict::revoked;
                    a.standing[*a.holder].reason = FloorReason::preempted;
                }
                a.holder.reset();
                a.partner = s.who;
                break;
            }
            case Step::Kind::close:
                if (here && a.partner && (a.partner == s.who || rank(s.who) == 1)) {
                    a.partner.reset();
                    for (auto& [id, one] : a.standing) {
                        if (one.verdict == FloorVerdict::granted) { one.verdict = FloorVerdict::idle; }
                    }
                }
                break;
            case Step::Kind::heard:
                if (a.holder == s.who) { heard = s.at; }
                break;
            case Step::Kind::tick:
                if (a.holder && (s.at - since > milliseconds{60'000} ||
                                 s.at - heard > milliseconds{4'000})) {
                    a.standing[*a.holder].verdict = FloorVerdict::revoked;
                    a.standing[*a.holder].reason = s.at - since > milliseconds{60'000}
                                                       ? FloorReason::timed_out
                                                       : FloorReason::silent;
                    a.holder.reset();
                }
                break;
            }
        }
        return a;
    }

  private:
    std::vector<Step> log_;
};

FloorRank rank_of(Party id) {
    return id % 3 == 1 ? FloorRank::crew : id % 3 == 2 ? FloorRank::physician : FloorRank::dispatcher;
}

void apply(FloorControl& floor, const Step& step) {
    switch (step.kind) {
    case Step::Kind::join: floor.join(step.who, rank_of(step.who)); break;
    case Step::Kind::leave: floor.leave(step.who); break;
    case Step::Kind::request: floor.request(step.who, step.press, step.urgency, step.at); break;
    case Step::Kind::release: floor.release(step.who, step.press); break;
    case Step::Kind::open: floor.open_line(step.who); break;
    case Step::Kind::close: floor.close_line(step.who); break;
    case Step::Kind::heard: floor.heard(step.who, step.at); break;
    case Step::Kind::tick: floor.tick(step.at); break;
    }
}

TEST(Floor, AnyOrderOfEventsAgreesWithTheOracle) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        std::mt19937_64 random{seed};
        FloorControl floor;
        Oracle oracle;
        Ticks now = kStart;
        std::map<Party, std::uint16_t> presses;
        for (int n = 0; n < 120; ++n) {
            now += milliseconds{random() % 10 == 0 ? random() % 9'000 : random() % 400};
            Step step{static_cast<Step::Kind>(random() % 8), static_cast<Party>(1 + random() % 5), 0,
                      random() % 4 == 0 ? Urgency::emergency : Urgency::normal, now};
            // Numbers near the wrap, mostly rising, some repeated or late.
            auto& press = presses.try_emplace(step.who, std::uint16_t{65'530}).first->second;
            press = static_cast<std::uint16_t>(press + (random() % 3 == 0 ? 0 : 1));
            step.press = static_cast<std::uint16_t>(press - (random() % 8 == 0 ? 2 : 0));
            if (n < 5) {
                step.kind = Step::Kind::join;
                step.who = static_cast<Party>(n + 1);
            }
            apply(floor, step);
            oracle.add(step);
            const Oracle::Answer expected = oracle.answer();
            ASSERT_EQ(floor.holder(), expected.holder) << "seed " << seed << " step " << n;
            ASSERT_EQ(floor.partner(), expected.partner) << "seed " << seed << " step " << n;
            int heard = 0;
            for (const auto& [id, standing] : expected.standing) {
                const FloorStanding mine = floor.standing(id);
                ASSERT_EQ(mine.verdict, standing.verdict) << "seed " << seed << " step " << n;
                ASSERT_EQ(mine.press, standing.press) << "seed " << seed << " step " << n;
                if (mine.verdict != FloorVerdict::granted && mine.verdict != FloorVerdict::idle) {
                    ASSERT_EQ(mine.reason, standing.reason) << "seed " << seed << " step " << n;
                }
                heard += floor.is_heard(id) && rank_of(id) != FloorRank::crew ? 1 : 0;
            }
            ASSERT_LE(heard, 1) << "two consoles at once, seed " << seed;
        }
    }
}

} // namespace
} // namespace ems::video
