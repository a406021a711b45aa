// ems-admin as its users meet it: the program, its files, its exit codes and its sentences.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/temp_dir.h"
#include "tests/support/temp_postgres.h"

namespace ems {
namespace {

namespace fs = std::filesystem;
using test::run;

struct Outcome {
    int code{-1};
    std::string output;
};

Outcome admin(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), test::program("ems-admin"));
    Outcome out;
    out.code = run(std::move(arguments), &out.output);
    return out;
}

std::string read(const fs::path& path) {
    std::ifstream in{path};
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

void write(const fs::path& path, const std::string& content) { std::ofstream{path} << content; }

class PkiTest : public testing::Test {
  protected:
    test::TempDir temp_;
    fs::path dir_ = temp_.path() / "pki";
    Outcome pki(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "pki");
        arguments.insert(arguments.end(), {"--dir", dir_.string()});
        return admin(std::move(arguments));
    }
    // openssl's own judgement, revocation included.
    bool valid(const std::string& name) {
        return run({"openssl", "verify", "-crl_check", "-CAfile", (dir_ / "ca.crt").string(), "-CRLfile",
                    (dir_ / "ca.crl").string(), (dir_ / (name + ".crt")).string()},
                   &output_) == 0;
    }
    std::string output_;
};

TEST_F(PkiTest, MakesCertificatesOpensslAcceptsAndKeepsThemOnRepeat) {
    ASSERT_EQ(pki({"init"}).code, 0);
    ASSERT_EQ(pki({"issue", "--cn", "amb-fc01"}).code, 0);
    EXPECT_TRUE(valid("amb-fc01")) << output_;
    const std::string certificate = read(dir_ / "amb-fc01.crt");
    const std::string authority = read(dir_ / "ca.crt");
    ASSERT_EQ(pki({"init"}).code, 0);
    ASSERT_EQ(pki({"issue", "--cn", "amb-fc01"}).code, 0);
    EXPECT_EQ(read(dir_ / "amb-fc01.crt"), certificate);
    EXPECT_EQ(read(dir_ / "ca.crt"), authority);
    for (const char* file : {"ca.key", "amb-fc01.key", "command.key", "data.key", "jt808.key"}) {
        EXPECT_EQ(fs::status(dir_ / file).permissions(), fs::perms{0600}) << file;
    }
}

TEST_F(PkiTest, RevokesEveryCertificateOfANameAndIssuesAnew) {
    ASSERT_EQ(pki({"init"}).code, 0);
    ASSERT_EQ(pki({"issue", "--cn", "amb-fc01"}).code, 0);
    ASSERT_EQ(pki({"issue", "--cn", "amb-zx01"}).code, 0);
    ASSERT_EQ(pki({"revoke", "--cn", "amb-fc01"}).code, 0);
    EXPECT_FALSE(valid("amb-fc01"));
    EXPECT_TRUE(valid("amb-zx01")) << output_;
    ASSERT_EQ(pki({"issue", "--cn", "amb-fc01"}).code, 0);
    EXPECT_TRUE(valid("amb-fc01")) << output_;
    EXPECT_EQ(pki({"revoke", "--cn", "nobody"}).code, 1);
}

TEST_F(PkiTest, ForceStartsANewAuthorityThatRejectsTheOld) {
    ASSERT_EQ(pki({"init"}).code, 0);
    ASSERT_EQ(pki({"issue", "--cn", "amb-fc01"}).code, 0);
    ASSERT_EQ(pki({"init", "--force"}).code, 0);
    EXPECT_FALSE(valid("amb-fc01"));
    ASSERT_EQ(pki({"issue", "--cn", "amb-fc01"}).code, 0);
    EXPECT_TRUE(valid("amb-fc01")) << output_;
}

TEST_F(PkiTest, RefusesNamesThatAreNoneInOneSentence) {
    ASSERT_EQ(pki({"init"}).code, 0);
    for (const char* name : {"../x", "A", "+", "ca", "command", ""}) {
        const Outcome outcome = pki({"issue", "--cn", name});
        EXPECT_NE(outcome.code, 0) << name;
    }
    const Outcome outcome =
        admin({"pki", "issue", "--dir", (temp_.path() / "none").string(), "--cn", "x"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 1) << outcome.output;
}

TEST(FreePortsTest, AreDistinctAndInTheRange) {
    const Outcome outcome = admin({"free-ports", "40"});
    ASSERT_EQ(outcome.code, 0);
    std::istringstream in{outcome.output};
    std::vector<int> ports;
    for (int port = 0; in >> port;) {
        EXPECT_GE(port, 20000);
        EXPECT_LE(port, 31999);
        ports.push_back(port);
    }
    std::sort(ports.begin(), ports.end());
    EXPECT_EQ(ports.size(), 40U);
    EXPECT_EQ(std::unique(ports.begin(), ports.end()), ports.end());
}

TEST(UsageTest, WrongUseIsExitCode2) {
    EXPECT_EQ(admin({"pki", "init"}).code, 2);
    EXPECT_EQ(admin({"nonsense"}).code, 2);
    EXPECT_EQ(admin({"--help"}).code, 0);
}

class DatabaseTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        std::string output;
        for (const char* sql : {"create database fresh owner ems_owner"}) {
            ASSERT_EQ(run({"psql", "-X", postgres_->conninfo("postgres"), "-c", sql}, &output), 0) << output;
        }
        ASSERT_EQ(run({"psql", "-X", fresh("postgres"), "-c", "create extension postgis"}, &output), 0)
            << output;
    }
    static void TearDownTestSuite() { postgres_.reset(); }
    static std::string fresh(const std::string& role) {
        std::string out = postgres_->conninfo(role);
        return out.replace(out.find("dbname=ems"), 10, "dbname=fresh");
    }
    static std::string conninfo() { return postgres_->conninfo("ems_owner"); }
    static std::unique_ptr<test::TempPostgres> postgres_;
    test::TempDir temp_;
};
std::unique_ptr<test::TempPostgres> DatabaseTest::postgres_;

TEST_F(DatabaseTest, MigratesFromNothingOnceAndNoticesAChangedFile) {
    const fs::path folder = temp_.path() / "migrations";
    fs::copy(test::source_path("deploy/postgresql/migrations"), folder);
    const auto migrate = [&] {
        return admin({"migrate", "--conninfo", fresh("ems_owner"), "--dir", folder.string()});
    };
    const Outcome first = migrate();
    ASSERT_EQ(first.code, 0) << first.output;
    EXPECT_NE(first.output.find("applied 0001_foundation.sql"), std::string::npos);
    const Outcome second = migrate();
    ASSERT_EQ(second.code, 0) << second.output;
    EXPECT_EQ(second.output.rfind("0 applied", 0), 0U) << second.output;

    write(folder / "9001_broken.sql", "create table registry.half (id int);\n\nselect 1;\n"
                                      "insert into registry.half values ('盐湖', 1);\n");
    const Outcome broken = migrate();
    EXPECT_EQ(broken.code, 1);
    EXPECT_NE(broken.output.find("9001_broken.sql:4: "), std::string::npos) << broken.output;
    write(folder / "9001_broken.sql", "create table registry.half (id int);");
    EXPECT_EQ(migrate().code, 0) << "the broken one left something behind";

    write(folder / "9001_broken.sql", "create table registry.half (id bigint);");
    const Outcome changed = migrate();
    EXPECT_EQ(changed.code, 1);
    EXPECT_NE(changed.output.find("9001_broken.sql was changed"), std::string::npos) << changed.output;
}

TEST_F(DatabaseTest, MarksADatabaseAsOfOneWorldForGood) {
    std::string output;
    ASSERT_EQ(run({"psql", "-X", postgres_->conninfo("postgres"), "-c", "create database training template ems"}, &output), 0) << output;
    std::string training = postgres_->conninfo("ems_owner");
    training.replace(training.find("dbname=ems"), 10, "dbname=training");
    const auto mark = [&](const std::string& kind) { return admin({"world", kind, "--conninfo", training}); };
    EXPECT_EQ(mark("neither").code, 2);
    const Outcome first = mark("drill");
    EXPECT_EQ(first.code, 0) << first.output;
    EXPECT_EQ(mark("drill").code, 0) << "again";
    const Outcome other = mark("real");
    EXPECT_EQ(other.code, 1);
    EXPECT_NE(other.output.find("is marked as drill"), std::string::npos) << other.output;
    for (const char* sql : {"update dispatch.world set kind = 'real'", "delete from dispatch.world",
                            "insert into dispatch.world (kind) values ('real')"}) {
        EXPECT_NE(run({"psql", "-X", "-v", "ON_ERROR_STOP=1", training, "-c", sql}, &output), 0) << sql;
    }
}

TEST_F(DatabaseTest, AddsListsLocksUsersAndStoresNoPassword) {
    write(temp_.path() / "password", "a long enough one\n");
    const std::vector<std::string> add{"user", "add", "--conninfo", conninfo(), "--name", "wang", "--role",
                                       "dispatcher", "--display", "王晓燕", "--password-file",
                                       (temp_.path() / "password").string()};
    ASSERT_EQ(admin(add).code, 0);
    ASSERT_EQ(admin(add).code, 0) << "repeating it must be harmless";
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.app_user where name = 'wang'"), "1");
    EXPECT_EQ(postgres_->value("select password_hash from dispatch.app_user where name = 'wang'")
                  .rfind("$argon2id$v=19$m=65536,t=3", 0), 0U);
    const Outcome list = admin({"user", "list", "--conninfo", conninfo()});
    EXPECT_NE(list.output.find("王晓燕"), std::string::npos) << list.output;
    postgres_->execute("insert into dispatch.session (token_hash, user_id, seat, cert_cn, expires_at) "
                       "select sha256('t'), id, 'desk', 'desk-1', now() + interval '1 hour' from dispatch.app_user");
    ASSERT_EQ(admin({"user", "lock", "--conninfo", conninfo(), "--name", "wang"}).code, 0);
    EXPECT_EQ(postgres_->value("select locked from dispatch.app_user where name = 'wang'"), "t");
    EXPECT_EQ(postgres_->value("select count(*) from dispatch.session where revoked_at is null"), "0");
    EXPECT_EQ(admin({"user", "lock", "--conninfo", conninfo(), "--name", "nobody"}).code, 1);
    EXPECT_EQ(postgres_->column("select action || ' ' || detail from dispatch.audit where detail like 'user=%' order by n"),
              (std::vector<std::string>{"user_add user=wang role=dispatcher", "user_add user=wang role=dispatcher",
                                        "user_lock user=wang"}));
    write(temp_.path() / "password", "short\n");
    EXPECT_EQ(admin(add).code, 1);
}

TEST_F(DatabaseTest, WhoseRightEndsWatchesAndSpeaksNoLonger) {
    write(temp_.path() / "password", "a long enough one\n");
    const std::string password = (temp_.path() / "password").string();
    const auto add = [&](const std::string& role) {
        return admin({"user", "add", "--conninfo", conninfo(), "--name", "zhao", "--role", role, "--password-file", password}).code;
    };
    ASSERT_EQ(add("physician"), 0);
    postgres_->execute("insert into registry.region (code, name) values ('999999', 'of grants') on conflict do nothing;"
                       "insert into registry.vehicle (vid, region) values ('amb-g1', '999999');"
                       "insert into media.server (name, host, port) values ('srv-media-g', '127.0.0.1', 5000)");
    const auto grants = [&] {
        postgres_->execute("delete from media.viewer_grant; delete from media.voice_grant;"
                           "select media.create_viewer_grant('g1', 'amb-g1', 'cabin', 'zhao', 256, 1, '', '', 60);"
                           "select media.create_viewer_grant('g2', 'amb-g1', 'cabin', 'another', 512, 2, '', '', 60);"
                           "select media.create_voice_grant('g3', 'amb-g1', 'zhao', 'physician', 256, 512, '', '', 60)");
    };
    const auto left = [&] {
        return postgres_->value("select string_agg(id, ' ' order by id) from (select grant_id as id, revoked_at from media.viewer_grant "
                                "union all select grant_id, revoked_at from media.voice_grant) g where revoked_at is null");
    };
    grants();
    ASSERT_EQ(add("physician"), 0);
    EXPECT_EQ(left(), "g1 g2 g3") << "a set-up script runs again";
    ASSERT_EQ(add("hospital_viewer"), 0);
    EXPECT_EQ(left(), "g2") << "another role";
    grants();
    ASSERT_EQ(admin({"user", "passwd", "--conninfo", conninfo(), "--name", "zhao", "--password-file", password}).code, 0);
    EXPECT_EQ(left(), "g2") << "another password";
    grants();
    ASSERT_EQ(admin({"user", "lock", "--conninfo", conninfo(), "--name", "zhao"}).code, 0);
    EXPECT_EQ(left(), "g2") << "locked";
    grants();
    ASSERT_EQ(admin({"user", "unlock", "--conninfo", conninfo(), "--name", "zhao"}).code, 0);
    EXPECT_EQ(left(), "g1 g2 g3") << "nothing to end";
}

TEST_F(DatabaseTest, SeedsTheRegistryAndRepeatsHarmlessly) {
    const fs::path file = temp_.path() / "county.json";
    const std::string content = R"({"region": {"code": "140802", "name": "盐湖区", "time_scale": 20},
        "stations": [{"name": "冯村", "lat": 35.1, "lon": 111.2}],
        "hospitals": [{"name": "区医院", "lat": 35.03, "lon": 111.01}],
        "vehicles": [{"vid": "amb-fc01"}],
        "units": [{"name": "冯村01", "station": "冯村", "vid": "amb-fc01", "phone": "0359-2010101", "radio": "冯村一号"},
                  {"name": "声01", "station": "冯村"}]})";
    write(file, content);
    const auto seed = [&] { return admin({"seed", "--conninfo", conninfo(), "--file", file.string()}); };
    ASSERT_EQ(seed().code, 0) << seed().output;
    ASSERT_EQ(seed().code, 0);
    EXPECT_EQ(postgres_->value("select count(*) from registry.unit"), "2");
    EXPECT_EQ(postgres_->value("select st_x(place::geometry) from registry.station"), "111.2");
    EXPECT_EQ(postgres_->value("select vid is null from registry.unit where name = '声01'"), "t");
    EXPECT_EQ(postgres_->value("select phone || ' ' || radio_call from registry.unit where name = '冯村01'"), "0359-2010101 冯村一号");
    EXPECT_EQ(postgres_->value("select phone is null and radio_call is null from registry.unit where name = '声01'"), "t");

    const auto refused_with = [&](const std::string& from, const std::string& to, const std::string& word) {
        std::string bad = content;
        bad.replace(bad.find(from), from.size(), to);
        write(file, bad);
        const Outcome outcome = seed();
        EXPECT_EQ(outcome.code, 1);
        EXPECT_NE(outcome.output.find(word), std::string::npos) << outcome.output;
    };
    refused_with("\"stations\"", "\"statoins\"", "statoins");
    refused_with("35.1", "135.1", "lat is out of range");
    refused_with("\"station\": \"冯村\", \"vid\"", "\"station\": \"西村\", \"vid\"", "西村");
    refused_with("0359-2010101", "by letter", "unit 冯村01 has a phone that is none");
    refused_with("0359-2010101", "11", "unit 冯村01 has a phone that is none");
    refused_with("冯村一号", std::string(33, 'x'), "radio call of more than 32 bytes");
    refused_with("声01", "冯村01", "units holds the name \"冯村01\" more than once");
    refused_with("\"name\": \"声01\", ", "\"name\": \"声01\", \"vid\": \"amb-fc01\", ",
                 "units holds the vid \"amb-fc01\" more than once");
    refused_with("\"lon\": 111.2}", "\"lon\": 111.2}, {\"name\": \"冯村\", \"lat\": 35, \"lon\": 111}",
                 "stations holds the name \"冯村\" more than once");
    refused_with("{\"region\"", "{{\"region\"", "county.json");
}

TEST_F(DatabaseTest, SeedsWhichChannelsOfATerminalAreCameras) {
    const fs::path file = temp_.path() / "county.json";
    const auto seed = [&](const std::string& cameras) {
        write(file, R"({"region": {"code": "140802", "name": "盐湖区", "time_scale": 20},
            "vehicles": [{"vid": "amb-fc01"}],
            "terminals": [{"number": "13511221122", "vid": "amb-fc01", "cameras": )" + cameras + "}]}");
        return admin({"seed", "--conninfo", conninfo(), "--file", file.string()});
    };
    const auto stored = [&] {
        return postgres_->value("select coalesce(string_agg(channel || '=' || camera, ' ' order by channel), '') "
                                "from registry.terminal_camera where number = '13511221122'");
    };
    const Outcome first = seed(R"({"1": "cabin", "2": "front"})");
    ASSERT_EQ(first.code, 0) << first.output;
    EXPECT_EQ(stored(), "1=cabin 2=front");
    ASSERT_EQ(seed(R"({"1": "front", "2": "cabin"})").code, 0) << "exchanged";
    EXPECT_EQ(stored(), "1=front 2=cabin");
    ASSERT_EQ(seed(R"({"2": "cabin"})").code, 0);
    EXPECT_EQ(stored(), "2=cabin");
    EXPECT_EQ(seed(R"({"0": "cabin"})").code, 1) << "no channel";
    EXPECT_EQ(seed(R"({"1": "Cabin 1"})").code, 1) << "no name of a camera";
    ASSERT_EQ(seed("{}").code, 0);
    EXPECT_EQ(stored(), "");
}

} // namespace
} // namespace ems
