// What neighbour regions are asked and say of an incident.
#include "dispatch/core/neighbour.h"

#include "tests/dispatch/core/decide_world.h"

namespace ems::dispatch {
namespace {

class Neighbours : public Decide {
  protected:
    Result<WriteSet> decide(NeighbourWord word) {
        return decide_neighbour(world_, {{1}, incident().version, std::move(word), "li"});
    }
    // As the store does: the word beside the incident's next version.
    Code says(const std::string& name, NeighbourSaid said, const std::string& unit = {}, const std::string& eta = {}) {
        const NeighbourWord word{tick(), "li", name, said, unit, eta};
        const Code code = take(decide(word));
        if (code == Code{}) {
            world_.incidents.at({1}).neighbours.push_back(word);
        }
        return code;
    }
};
constexpr Code kDone{};

TEST_F(Neighbours, ThatOneWasAskedAndAgreedStandsAtTheIncidentWithWhatItSaid) {
    const std::uint64_t seen = incident().version;
    EXPECT_EQ(says("Linyi", NeighbourSaid::asked), kDone);
    EXPECT_EQ(says("Linyi", NeighbourSaid::agreed, "L3", "14:25"), kDone);
    EXPECT_EQ(incident().version, seen + 2) << "who saw less looks again";
    EXPECT_EQ(incident().state, IncidentState::open) << "nobody of ours is on it";
    const auto writes = decide({0, "li", "Linyi", NeighbourSaid::refused, "", ""});
    ASSERT_TRUE(writes);
    const auto& audit = std::get<AddAudit>(writes->operations.back());
    EXPECT_EQ(audit.action, "neighbour");
    EXPECT_EQ(audit.incident, IncidentId{1});
    EXPECT_EQ(audit.detail, "name=Linyi said=refused unit= eta=");
}

TEST_F(Neighbours, OneThatHasNotAnsweredIsNotAskedAgain) {
    EXPECT_EQ(says("Linyi", NeighbourSaid::asked), kDone);
    EXPECT_EQ(says("Linyi", NeighbourSaid::asked), Code::neighbour_asked);
    EXPECT_EQ(says("Ruicheng", NeighbourSaid::asked), kDone) << "another is";
    EXPECT_EQ(says("Linyi", NeighbourSaid::refused), kDone);
    EXPECT_EQ(says("Linyi", NeighbourSaid::asked), kDone) << "it may have a unit by now";
}

TEST_F(Neighbours, AnAnswerNeedsNoQuestionBeforeIt) { EXPECT_EQ(says("Linyi", NeighbourSaid::agreed), kDone); }

TEST_F(Neighbours, AWordIsForTheIncidentAsItWasSeen) {
    EXPECT_EQ(take(decide_neighbour(world_, {{9}, 1, {}, "li"})), Code::no_such_incident);
    const NeighbourWord word{0, "li", "Linyi", NeighbourSaid::asked, "", ""};
    EXPECT_EQ(take(decide_neighbour(world_, {{1}, incident().version + 1, word, "li"})), Code::version_stale);
    world_.incidents.at({1}).state = IncidentState::closed;
    EXPECT_EQ(take(decide(word)), Code::incident_closed);
}

TEST_F(Neighbours, AWordNeedsANameAndItsTextsAreLines) {
    EXPECT_EQ(says("", NeighbourSaid::asked), Code::neighbour_invalid);
    EXPECT_EQ(says("  ", NeighbourSaid::asked), Code::neighbour_invalid);
    EXPECT_EQ(says(std::string(101, 'x'), NeighbourSaid::asked), Code::neighbour_invalid);
    EXPECT_EQ(says("Lin\nyi", NeighbourSaid::asked), Code::neighbour_invalid);
    EXPECT_EQ(says("Lin\x7fyi", NeighbourSaid::asked), Code::neighbour_invalid);
    EXPECT_EQ(says("Linyi", NeighbourSaid::agreed, std::string(101, 'x')), Code::neighbour_invalid);
    EXPECT_EQ(says("Linyi", NeighbourSaid::agreed, "L3", "14\t25"), Code::neighbour_invalid);
}

TEST_F(Neighbours, OnlyOneThatAgreesNamesAUnitOrATime) {
    EXPECT_EQ(says("Linyi", NeighbourSaid::asked, "L3"), Code::neighbour_invalid);
    EXPECT_EQ(says("Linyi", NeighbourSaid::refused, "", "14:25"), Code::neighbour_invalid);
    EXPECT_EQ(says("Linyi", NeighbourSaid::agreed, "", "14:25"), kDone);
}

TEST_F(Neighbours, TheTwentyFirstWordIsRefused) {
    for (std::size_t i = 0; i < kNeighbourWordsMax; ++i) {
        ASSERT_EQ(says("Linyi", NeighbourSaid::agreed), kDone);
    }
    EXPECT_EQ(says("Linyi", NeighbourSaid::refused), Code::too_many_neighbour_words);
}

TEST_F(Neighbours, EachSayingHasANameAndIsFoundByIt) {
    for (const NeighbourSaid said : {NeighbourSaid::asked, NeighbourSaid::agreed, NeighbourSaid::refused}) {
        EXPECT_EQ(neighbour_said_of(name(said)), said);
    }
    EXPECT_FALSE(neighbour_said_of("perhaps"));
}

} // namespace
} // namespace ems::dispatch
