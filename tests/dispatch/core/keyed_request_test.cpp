#include "dispatch/core/keyed_request.h"

#include <gtest/gtest.h>

namespace ems::dispatch {
namespace {

TEST(KeyedRequest, AKnownKeyAnswersForItsOwnRequestAndForNoOther) {
    EXPECT_EQ(first_step(KeyFound::nothing), KeyedStep::perform);
    EXPECT_EQ(first_step(KeyFound::same_request), KeyedStep::answer_stored);
    EXPECT_EQ(first_step(KeyFound::other_request), KeyedStep::refuse_other);
}

TEST(KeyedRequest, LooksAgainAfterEveryRefusalButThatOfAServerThatDoesNotLead) {
    EXPECT_EQ(step_after({}), KeyedStep::answer_own);
    EXPECT_EQ(step_after(Code::not_leader), KeyedStep::answer_own);
    EXPECT_EQ(step_after(Code::unit_already_assigned), KeyedStep::look_again);
    EXPECT_EQ(step_after(Code::db_outcome_unknown), KeyedStep::look_again);
    EXPECT_EQ(step_after(Code::db_not_replicated), KeyedStep::answer_own) << "its key is there, its promise is not";
}

TEST(KeyedRequest, ARefusalStandsUnlessTheKeyTellsThatItHappened) {
    EXPECT_EQ(last_step(KeyFound::same_request), KeyedStep::answer_stored);
    EXPECT_EQ(last_step(KeyFound::nothing), KeyedStep::answer_own);
    EXPECT_EQ(last_step(KeyFound::other_request), KeyedStep::answer_own);
    EXPECT_EQ(last_step({}), KeyedStep::answer_own);
}

} // namespace
} // namespace ems::dispatch
