#include "telemetry/link/mqtt_session.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <unistd.h>

#include <mqtt/async_client.h>

#include "telemetry/base/assert.h"
#include "telemetry/base/log.h"

namespace ems::link {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFarewellLimit{500};
constexpr milliseconds kLookUpEvery{50}; // while waiting for the broker: stopping?
// A connection that lived shorter does not reset the back-off: a broker that takes and drops us at
// once is not hammered.
constexpr std::chrono::seconds kProvenAfter{5};
constexpr int kFirstErrorReason = 0x80;
constexpr int kInflightMax = 100;

int number(Qos qos) { return qos == Qos::at_least_once ? 1 : 0; }

struct Counters {
    std::atomic<std::uint64_t> attempts{0};
    std::atomic<std::uint64_t> connects{0};
    std::atomic<std::uint64_t> published{0};
    std::atomic<std::uint64_t> finished{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> refused_full{0};
    std::atomic<std::uint64_t> received{0};
};

struct Loss {
    Code code{Code::link_down};
    std::string reason;
};

// One client of the library, from its making to its destruction. Its callbacks reach only what stands here.
class Connection final : public virtual mqtt::iaction_listener {
  public:
    Connection(const MqttConfig& config, const MqttHandlers& handlers, Counters& counters,
               std::function<void(Loss)> lost, std::function<bool()> stopping,
               const std::optional<Will>& will);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    Result<void> open();
    Result<void> publish(const std::string& topic, std::string payload, Qos qos, Retain retain);
    // After it no handler of the owner runs any more on behalf of this connection.
    void close();

  private:
    void on_failure(const mqtt::token& token) override { finish(token); }
    void on_success(const mqtt::token& token) override { finish(token); }
    void finish(const mqtt::token& token);
    void set_callbacks();
    void set_options(const std::optional<Will>& will);
    Result<void> subscribe_all();
    // At most connect_timeout. Errors: timeout, cancelled (the session stops). Throws what the
    // operation failed with.
    Result<void> wait_for(const mqtt::token_ptr& token, const std::string& what);
    Failure failed(const std::string& what, const mqtt::exception& error);

    const MqttConfig& config_;
    const MqttHandlers& handlers_;
    Counters& counters_;
    std::function<void(Loss)> lost_;
    std::function<bool()> stopping_;
    std::atomic<std::size_t> pending_{0};
    std::atomic<std::size_t> pending_bytes_{0};

    // Held while the owner's handlers run; closed_ is checked under it.
    std::mutex handling_;
    bool closed_{false};
    std::mutex tls_mutex_;
    std::string tls_error_;

    // Options live as long as the client: the library keeps pointers into them. The client goes first.
    mqtt::ssl_options ssl_;
    mqtt::connect_options options_;
    std::unique_ptr<mqtt::async_client> client_;
};

mqtt::create_options creation(const MqttConfig& config) {
    mqtt::create_options out{MQTTVERSION_5};
    out.set_send_while_disconnected(false);
    // Above our own bound, which therefore decides; the library would throw or, worse, drop without notice.
    out.set_max_buffered_messages(static_cast<int>(config.pending_max) + kInflightMax);
    out.set_delete_oldest_messages(false);
    return out;
}

Connection::Connection(const MqttConfig& config, const MqttHandlers& handlers, Counters& counters,
                       std::function<void(Loss)> lost, std::function<bool()> stopping,
                       const std::optional<Will>& will)
    : config_(config), handlers_(handlers), counters_(counters), lost_(std::move(lost)),
      stopping_(std::move(stopping)) {
    set_options(will);
    const std::string uri = "ssl://" + config.host + ":" + std::to_string(config.port);
    client_ = std::make_unique<mqtt::async_client>(uri, config.client_id, creation(config), nullptr);
    set_callbacks();
}

Connection::~Connection() {
    close();
    client_.reset();
    counters_.failed += pending_;
}

void Connection::set_options(const std::optional<Will>& will) {
    ssl_.set_trust_store(config_.ca_file);
    ssl_.set_key_store(config_.certificate_file);
    ssl_.set_private_key(config_.key_file);
    ssl_.set_enable_server_cert_auth(true);
    ssl_.set_verify(true);
    ssl_.set_error_handler([this](const std::string& text) {
        const std::lock_guard lock{tls_mutex_};
        if (tls_error_.size() < 512) {
            tls_error_ += tls_error_.empty() ? text : "; " + text;
        }
    });
    options_.set_mqtt_version(MQTTVERSION_5);
    options_.set_clean_start(true);
    options_.set_automatic_reconnect(false);
    options_.set_keep_alive_interval(config_.keepalive);
    options_.set_connect_timeout(
        std::max(std::chrono::seconds{1},
                 std::chrono::duration_cast<std::chrono::seconds>(config_.connect_timeout)));
    options_.set_max_inflight(kInflightMax);
    options_.set_ssl(ssl_);
    if (will) {
        options_.set_will(mqtt::will_options{will->topic, mqtt::binary_ref{will->payload}, 1,
                                             will->retain == Retain::yes});
    }
}

void Connection::set_callbacks() {
    client_->set_message_callback([this](mqtt::const_message_ptr message) {
        const std::lock_guard lock{handling_};
        if (closed_ || !message) {
            return;
        }
        ++counters_.received;
        if (handlers_.message) {
            handlers_.message(MqttMessage{message->get_topic(), message->to_string(),
                                          std::chrono::steady_clock::now(),
                                          message->is_retained()});
        }
    });
    client_->set_connection_lost_handler([this](const std::string& cause) {
        lost_({Code::link_down, cause.empty() ? "connection lost" : cause});
    });
    client_->set_disconnected_handler([this](const mqtt::properties&, mqtt::ReasonCode reason) {
        lost_({Code::link_down, "broker disconnected us, reason " +
                                    std::to_string(static_cast<int>(reason))});
    });
}

Failure Connection::failed(const std::string& what, const mqtt::exception& error) {
    const int reason = static_cast<int>(error.get_reason_code());
    if (reason >= kFirstErrorReason) {
        return fail(Code::refused, what + " refused by the broker, reason " + std::to_string(reason));
    }
    const std::lock_guard lock{tls_mutex_};
    if (!tls_error_.empty()) {
        return fail(Code::tls, what + " failed: " + tls_error_);
    }
    return fail(Code::link_down, what + " failed: " + std::string{error.what()});
}

Result<void> Connection::wait_for(const mqtt::token_ptr& token, const std::string& what) {
    const Ticks deadline = std::chrono::steady_clock::now() + config_.connect_timeout;
    while (!token->wait_for(kLookUpEvery)) {
        if (stopping_()) {
            return fail(Code::cancelled, "stopped");
        }
        if (std::chrono::steady_clock::now() >= deadline) {
            return fail(Code::timeout, "no answer to " + what);
        }
    }
    return {};
}

Result<void> Connection::open() {
    try {
        EMS_TRY(wait_for(client_->connect(options_), "the connect"));
    } catch (const mqtt::exception& error) {
        return failed("connecting", error);
    }
    return subscribe_all();
}

Result<void> Connection::subscribe_all() {
    for (const Subscription& subscription : config_.subscriptions) {
        try {
            EMS_TRY(wait_for(client_->subscribe(subscription.filter, number(subscription.qos)),
                             "the subscription of " + subscription.filter));
        } catch (const mqtt::exception& error) {
            return failed("subscribing " + subscription.filter, error);
        }
    }
    return {};
}

Result<void> Connection::publish(const std::string& topic, std::string payload, Qos qos,
                                 Retain retain) {
    const std::size_t size = payload.size() + topic.size();
    if (pending_.load() >= config_.pending_max ||
        pending_bytes_.load() + size > config_.pending_bytes_max) {
        ++counters_.refused_full;
        return fail(Code::full, "too much waits to be sent");
    }
    ++pending_;
    pending_bytes_ += size;
    try {
        client_->publish(mqtt::make_message(topic, std::move(payload), number(qos),
                                            retain == Retain::yes),
                         reinterpret_cast<void*>(size), *this);
    } catch (const mqtt::exception& error) {
        --pending_;
        pending_bytes_ -= size;
        return fail(Code::link_down, error.what());
    }
    ++counters_.published;
    return {};
}

void Connection::finish(const mqtt::token& token) {
    pending_bytes_ -= reinterpret_cast<std::size_t>(token.get_user_context());
    --pending_;
    // A refusal of the ACL comes as a success of the token with an error as its reason.
    const int reason = static_cast<int>(token.get_reason_code());
    if (token.get_return_code() == MQTTASYNC_SUCCESS && reason < kFirstErrorReason) {
        ++counters_.finished;
        const std::lock_guard lock{handling_};
        const auto topics = token.get_topics();
        if (!closed_ && handlers_.published && topics && !topics->empty()) {
            handlers_.published((*topics)[0], std::chrono::steady_clock::now());
        }
        return;
    }
    ++counters_.failed;
    const std::lock_guard lock{handling_};
    if (closed_ || !handlers_.publish_failed) {
        return;
    }
    const auto topics = token.get_topics();
    handlers_.publish_failed({topics && !topics->empty() ? (*topics)[0] : std::string{},
                              reason >= kFirstErrorReason ? reason : 0});
}

void Connection::close() {
    {
        const std::lock_guard lock{handling_};
        if (closed_) {
            return;
        }
        closed_ = true;
    }
    try {
        if (client_->is_connected()) {
            client_->disconnect(static_cast<int>(kFarewellLimit.count()) / 2)
                ->wait_for(kFarewellLimit);
        }
    } catch (const mqtt::exception& error) {
        EMS_LOG(debug, "mqtt", "farewell failed: {}", error.what());
    }
}

} // namespace

struct MqttSession::Body {
    Body(MqttConfig c, MqttHandlers h)
        : config(std::move(c)), handlers(std::move(h)),
          backoff(config.backoff, std::random_device{}()) {}

    void run();
    void serve(std::uint64_t attempt);
    Loss wait_for_loss();
    void announce(const LinkChange& change);
    void lost(std::uint64_t attempt, Loss loss);
    void pause(milliseconds time);
    bool is_stopping();

    const MqttConfig config;
    const MqttHandlers handlers;
    Backoff backoff;
    Counters counters;
    std::thread thread;

    std::mutex mutex;
    std::condition_variable changed;
    bool stopping{false};
    std::uint64_t current{0};  // attempt whose loss counts
    std::optional<Loss> loss;

    // Guards `connection` against destruction while somebody publishes.
    std::mutex publishing;
    Connection* connection{nullptr};
    std::atomic<bool> up{false};
};

void MqttSession::Body::announce(const LinkChange& change) {
    if (change.up) {
        EMS_LOG(info, "mqtt", "link up attempt={} broker={}:{}", change.attempt, config.host,
                config.port);
    } else {
        EMS_LOG(warn, "mqtt", "link down attempt={} code={} reason={}", change.attempt,
                code_name(change.code), change.reason);
    }
    if (handlers.link) {
        handlers.link(change);
    }
}

void MqttSession::Body::lost(std::uint64_t attempt, Loss what) {
    {
        const std::lock_guard lock{mutex};
        if (attempt != current || loss) {
            return;
        }
        loss = std::move(what);
    }
    changed.notify_all();
}

Loss MqttSession::Body::wait_for_loss() {
    std::unique_lock lock{mutex};
    changed.wait(lock, [this] { return stopping || loss.has_value(); });
    return loss.value_or(Loss{Code::cancelled, "stopped"});
}

void MqttSession::Body::pause(milliseconds time) {
    std::unique_lock lock{mutex};
    changed.wait_for(lock, time, [this] { return stopping; });
}

bool MqttSession::Body::is_stopping() {
    const std::lock_guard lock{mutex};
    return stopping;
}

void MqttSession::Body::serve(std::uint64_t attempt) {
    const std::optional<Will> will = handlers.will ? handlers.will(attempt) : std::nullopt;
    Connection fresh{config,
                     handlers,
                     counters,
                     [this, attempt](Loss what) { lost(attempt, std::move(what)); },
                     [this] { return is_stopping(); },
                     will};
    const Result<void> opened = fresh.open();
    if (!opened) {
        announce({false, attempt, opened.error().code, opened.error().detail});
        return;
    }
    ++counters.connects;
    {
        const std::lock_guard lock{publishing};
        connection = &fresh;
    }
    up = true;
    const Ticks since = std::chrono::steady_clock::now();
    announce({true, attempt, Code::link_down, ""});
    const Loss what = wait_for_loss();
    up = false;
    {
        const std::lock_guard lock{publishing};
        connection = nullptr;
    }
    fresh.close();
    if (std::chrono::steady_clock::now() - since >= kProvenAfter) {
        backoff.reset();
    }
    announce({false, attempt, what.code, what.reason});
}

void MqttSession::Body::run() {
    for (std::uint64_t attempt = 1;; ++attempt) {
        {
            const std::lock_guard lock{mutex};
            if (stopping) {
                return;
            }
            current = attempt;
            loss.reset();
        }
        ++counters.attempts;
        try {
            serve(attempt);
        } catch (const std::exception& error) {
            // The library throws where it has no memory or no client to give: the same as no link.
            up = false;
            announce({false, attempt, Code::internal, error.what()});
        }
        pause(backoff.next());
    }
}

MqttSession::MqttSession(MqttConfig config, MqttHandlers handlers)
    : body_(std::make_unique<Body>(std::move(config), std::move(handlers))) {}

MqttSession::~MqttSession() { stop(); }

Result<void> MqttSession::check(const MqttConfig& config) {
    if (config.client_id.empty()) {
        return fail(Code::config, "the MQTT client id is not set");
    }
    for (const std::string& file : {config.ca_file, config.certificate_file, config.key_file}) {
        if (access(file.c_str(), R_OK) != 0) {
            return fail(Code::config, "cannot read the MQTT certificate file \"" + file + "\"");
        }
    }
    return {};
}

void MqttSession::start() {
    EMS_ASSERT(!body_->thread.joinable());
    body_->thread = std::thread{[this] { body_->run(); }};
}

void MqttSession::stop() {
    {
        const std::lock_guard lock{body_->mutex};
        body_->stopping = true;
    }
    body_->changed.notify_all();
    if (body_->thread.joinable()) {
        body_->thread.join();
    }
}

Result<void> MqttSession::publish(const std::string& topic, std::string payload, Qos qos,
                                  Retain retain) {
    if (payload.size() > body_->config.payload_max) {
        return fail(Code::out_of_range, "payload of " + std::to_string(payload.size()) + " bytes");
    }
    const std::lock_guard lock{body_->publishing};
    if (body_->connection == nullptr || !body_->up) {
        return fail(Code::link_down);
    }
    return body_->connection->publish(topic, std::move(payload), qos, retain);
}

void MqttSession::drop(std::string reason) {
    std::uint64_t attempt = 0;
    {
        const std::lock_guard lock{body_->mutex};
        attempt = body_->current;
    }
    if (body_->up) {
        body_->lost(attempt, {Code::link_down, std::move(reason)});
    }
}

bool MqttSession::connected() const { return body_->up; }

LinkCounters MqttSession::counters() const {
    const Counters& c = body_->counters;
    return {c.attempts, c.connects, c.published, c.finished, c.failed, c.refused_full, c.received};
}

} // namespace ems::link
