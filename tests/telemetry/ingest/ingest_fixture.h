// An engine of its own thread between scripted vehicles and a real database.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include "telemetry/ingest/ingest.h"
#include "telemetry/ingest/ingest_figures.h"
#include "tests/support/child_process.h"
#include "tests/support/temp_postgres.h"
#include "tests/telemetry/ingest/messages.h"

namespace ems::ingest {

using namespace std::chrono_literals;
using test::eventually;

// An engine on a thread of its own, and what it published.
class Running {
  public:
    using OnAck = std::function<void(const wire::Ack&)>;
    // Rates no test reaches by chance.
    static constexpr RateLimits kUnlimited{1'000'000, 1'000'000'000};
    explicit Running(const std::string& conninfo, OnAck on_ack = {}, RateLimits limits = kUnlimited)
        : on_ack_(std::move(on_ack)),
          engine_(
              context_.get_executor(),
              {.region = test::region(),
               .server = "srv-telemetry-a",
               .db = {.conninfo = conninfo, .application = "ingest-test", .statement_limit = 10s},
               .limits = limits},
              clock_, [this](const std::string& topic, std::string payload, link::Qos) {
                  return publish(topic, std::move(payload));
              }) {
        engine_.start();
        thread_ = std::thread{[this] { context_.run(); }};
    }
    ~Running() {
        context_.stop();
        thread_.join();
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    void push(link::MqttMessage message) { engine_.push(std::move(message)); }
    [[nodiscard]] IngestCounters counters() {
        std::promise<IngestCounters> counted;
        boost::asio::post(context_, [&] { counted.set_value(engine_.counters()); });
        return counted.get_future().get();
    }

    [[nodiscard]] IngestFigures figures() {
        std::promise<IngestFigures> told;
        boost::asio::post(context_, [&] { told.set_value(engine_.figures()); });
        return told.get_future().get();
    }

    [[nodiscard]] bool acked(const std::string& vehicle, wire::Stream stream,
                             std::uint64_t seq) const {
        const std::lock_guard lock{mutex_};
        const auto found = acks_.find({vehicle, stream});
        if (found == acks_.end()) {
            return false;
        }
        if (seq <= found->second.upto()) {
            return true;
        }
        return std::any_of(found->second.ranges().begin(), found->second.ranges().end(),
                           [seq](const wire::SeqRange& range) {
                               return range.from() <= seq && seq <= range.to();
                           });
    }
    [[nodiscard]] std::set<std::uint64_t> rejected() const {
        const std::lock_guard lock{mutex_};
        return rejected_;
    }
    [[nodiscard]] std::size_t published(const std::string& topic_end) const {
        const std::lock_guard lock{mutex_};
        const auto found = published_.find(topic_end);
        return found == published_.end() ? 0 : found->second;
    }
    // The last one.
    [[nodiscard]] std::string payload(const std::string& topic_end) const {
        const std::lock_guard lock{mutex_};
        const auto found = last_.find(topic_end);
        return found == last_.end() ? "" : found->second;
    }
    std::atomic<bool> link_up{true};

  private:
    Result<void> publish(const std::string& topic, std::string payload) {
        if (!link_up) {
            return fail(Code::link_down);
        }
        const auto parsed = std::get<wire::DownTopic>(wire::parse_topic(topic).value());
        {
            const std::lock_guard lock{mutex_};
            const std::string end = parsed.vid.str() + "/" + std::string{name_of(parsed.kind)};
            ++published_[end];
            last_[end] = payload;
        }
        if (parsed.kind != wire::DownKind::ack) {
            return {};
        }
        wire::Ack ack;
        EXPECT_TRUE(ack.ParseFromString(payload));
        if (on_ack_) {
            on_ack_(ack);
        }
        const std::lock_guard lock{mutex_};
        for (const wire::StreamAck& stream : ack.streams()) {
            acks_[{parsed.vid.str(), stream.stream()}] = stream;
            rejected_.insert(stream.rejected().begin(), stream.rejected().end());
        }
        return {};
    }

    SystemClock clock_;
    OnAck on_ack_;
    mutable std::mutex mutex_;
    std::map<std::pair<std::string, wire::Stream>, wire::StreamAck> acks_;
    std::set<std::uint64_t> rejected_;
    std::map<std::string, std::size_t> published_;
    std::map<std::string, std::string> last_;
    boost::asio::io_context context_;
    Ingest engine_;
    std::thread thread_;
};

class IngestDatabase : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        postgres_ = std::make_unique<test::TempPostgres>();
        postgres_->execute("insert into registry.region (code, name) values ('140802', 'Test') on "
                           "conflict do nothing");
    }
    static void TearDownTestSuite() { postgres_.reset(); }
    void SetUp() override {
        postgres_->execute(
            "truncate telemetry.position, telemetry.vitals, telemetry.wave, telemetry.inbox, "
            "telemetry.ingest_mark, telemetry.gap, telemetry.bad_message, telemetry.vehicle_link, "
            "telemetry.vehicle_latest");
        postgres_->execute("insert into registry.vehicle (vid, region) values ('amb-1', '140802'), "
                           "('amb-2', '140802') "
                           "on conflict (vid) do update set region = excluded.region");
    }
    [[nodiscard]] static std::string conninfo() { return postgres_->conninfo("ems_telemetry"); }
    [[nodiscard]] static std::string value(const std::string& sql) { return postgres_->value(sql); }

    // Holds every writer of a table up for as long as it lives, as a slow disk does.
    class Blocked {
      public:
        explicit Blocked(const std::string& table)
            : admin_(PQconnectdb(postgres_->conninfo("postgres").c_str())) {
            PQclear(PQexec(admin_, "set idle_in_transaction_session_timeout = 0"));
            PQclear(PQexec(admin_, "begin"));
            PQclear(PQexec(admin_, ("lock table telemetry." + table + " in share mode").c_str()));
        }
        ~Blocked() { PQfinish(admin_); }
        Blocked(const Blocked&) = delete;
        Blocked& operator=(const Blocked&) = delete;

      private:
        PGconn* admin_;
    };

    // Number of rows; as superuser, who alone sees what other roles run.
    static int superuser(const std::string& sql) {
        PGconn* admin = PQconnectdb(postgres_->conninfo("postgres").c_str());
        PGresult* rows = PQexec(admin, sql.c_str());
        const int count = PQntuples(rows);
        PQclear(rows);
        PQfinish(admin);
        return count;
    }

    static inline std::unique_ptr<test::TempPostgres> postgres_;
};

} // namespace ems::ingest
