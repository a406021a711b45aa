// A hospital looks into a cabin for the sake of a patient, and not otherwise.
#include <gtest/gtest.h>

#include "tests/dispatch/service/dispatchd_fixture.h"

namespace ems::dispatch {
namespace {

class ViewerVideoTest : public DispatchdTest {
  protected:
    static api::ClientFrame watch(std::int64_t unit) {
        api::ClientFrame frame;
        frame.mutable_watch_video()->set_unit_id(unit);
        frame.mutable_watch_video()->set_camera("cabin");
        return frame;
    }
};

TEST_F(ViewerVideoTest, AHospitalSeesTheCabinOfAUnitOnACaseAndNoOther) {
    auto li = desk("dispatcher");
    auto viewer = desk("hospital_viewer");
    ASSERT_TRUE(sees(*li, [&] { return !mirror_.units().empty(); }));
    postgres_->execute("insert into media.server (name, host, port, seen_at) values ('srv-media-a', '127.0.0.1', 5000, "
                       "clock_timestamp() + interval '1 hour') on conflict do nothing");
    const auto before = ask(*viewer, watch(1));
    ASSERT_FALSE(before);
    EXPECT_EQ(before.error().code, Code::forbidden);
    const std::int64_t incident = open_call(*li, "of-a-viewer");
    const auto assigned = ask(*li, assign_frame(incident, 1));
    ASSERT_TRUE(assigned) << assigned.error().message();
    const auto granted = ask(*viewer, watch(1));
    ASSERT_TRUE(granted) << granted.error().message();
    EXPECT_EQ(postgres_->value("select incident_id from media.viewer_grant where grant_id = '" +
                               granted->video_grant().grant_id() + "'"),
              std::to_string(incident))
        << "it ends with the case";
    EXPECT_EQ(ask(*viewer, watch(2)).error().code, Code::forbidden) << "another unit's cabin";
    EXPECT_TRUE(ask(*li, watch(2))) << "a dispatcher may";
    api::ClientFrame end = watch(2);
    end.mutable_watch_video()->set_stop(true);
    EXPECT_TRUE(ask(*viewer, end)) << "to end is always allowed";
}

} // namespace
} // namespace ems::dispatch
