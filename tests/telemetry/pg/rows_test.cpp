#include "telemetry/pg/connection.h"
#include "telemetry/pg/conninfo.h"

#include <gtest/gtest.h>

namespace ems::pg {
namespace {

std::string setting(const Host& host, const std::string& key) {
    for (const auto& [name, value] : host.settings) {
        if (name == key) {
            return value;
        }
    }
    return "";
}

TEST(Conninfo, WalksHostsWithTheirPortsAndWantsAPrimary) {
    const auto hosts =
        split_hosts("host=10.0.0.1,10.0.0.2 port=5001,5002 dbname=ems connect_timeout=9", "p");
    ASSERT_TRUE(hosts.has_value());
    ASSERT_EQ(hosts->size(), 2U);
    EXPECT_EQ((*hosts)[1].name, "10.0.0.2:5002");
    EXPECT_EQ(setting((*hosts)[0], "target_session_attrs"), "read-write");
    EXPECT_EQ(setting((*hosts)[0], "connect_timeout"), "");
    EXPECT_EQ(setting((*hosts)[0], "application_name"), "p");
}

TEST(Conninfo, KeepsAnExplicitSessionAttribute) {
    const auto hosts = split_hosts("host=10.0.0.1 target_session_attrs=any", "p");
    ASSERT_TRUE(hosts.has_value());
    EXPECT_EQ(setting(hosts->front(), "target_session_attrs"), "any");
}

TEST(Conninfo, RefusesListsThatDoNotFitWithoutShowingASecret) {
    const auto uneven = split_hosts("host=a,b port=1,2,3", "p");
    ASSERT_FALSE(uneven.has_value());
    EXPECT_EQ(uneven.error().code, Code::config);
    const auto broken = split_hosts("password=hunter2 =", "p");
    ASSERT_FALSE(broken.has_value());
    EXPECT_EQ(broken.error().detail.find("hunter2"), std::string::npos);
}

TEST(CopyText, EscapesWhatWouldSplitARow) {
    CopyText copy;
    copy.text("a\tb\\c\nd").integer(-5).null().bytes(std::string{"\x00\xff", 2}).end_row();
    EXPECT_EQ(copy.rows(), 1U);
    EXPECT_EQ(copy.take(), "a\\tb\\\\c\\nd\t-5\t\\N\t\\\\x00ff\n");
}

TEST(SqlState, IsReadFromTheErrorOrEmpty) {
    EXPECT_EQ(sqlstate(Error{Code::db_conflict, "[23505] duplicate key"}), "23505");
    EXPECT_EQ(sqlstate(Error{Code::db_down, "connection refused"}), "");
}

} // namespace
} // namespace ems::pg
