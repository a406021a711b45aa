#include "telemetry/video/voice_endpoint_parts.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/log.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kReportEvery{1'000};
constexpr milliseconds kAskAgainEvery{60}; // while the server has not answered a key or wish
constexpr milliseconds kLook{200};

} // namespace

Result<void> GstVoiceEndpoint::join(const VoiceTicket& ticket) {
    const auto server = Endpoint::parse(ticket.host, ticket.port);
    const auto up = MediaKey::from_bytes(ticket.up_key);
    const auto down = MediaKey::from_bytes(ticket.down_key);
    if (!server || !up || !down) {
        return Failure{!server ? server.error() : !up ? up.error() : down.error()};
    }
    if (ticket.up_ssrc == 0 || ticket.down_ssrc == 0 || (ticket.up_ssrc & kGenerationMask) != 0 ||
        (ticket.down_ssrc & kGenerationMask) != 0) {
        return fail(Code::invalid_argument, "the ticket's SSRC is not ours");
    }
    const Ticks now = SystemClock{}.ticks();
    {
        const std::lock_guard lock{mutex_};
        if (session_ && session_->ticket.id == ticket.id) {
            return {};
        }
        if (left_id_ == ticket.id) {
            return fail(Code::invalid_argument, "a ticket that was left is not used again");
        }
        session_.emplace(ticket, *server, *up, *down);
        session_->joined_at = now;
        path_.join(*server, ticket.stream, now);
        left_id_ = ticket.id;
        status_.ended = false;
        status_.joined = true;
        report(now);
    }
    port_.wake();
    return {};
}

void GstVoiceEndpoint::leave() {
    {
        const std::lock_guard lock{mutex_};
        if (!session_) {
            return;
        }
        talk_ = Talk::none;
        wish_ = LineWish::unchanged;
        say_goodbye();
        path_.leave();
        session_.reset();
        status_.joined = false;
    }
    port_.wake();
}

void GstVoiceEndpoint::press(Talk talk) {
    const Ticks now = SystemClock{}.ticks();
    const std::lock_guard lock{mutex_};
    if (talk == talk_) {
        return;
    }
    if (talk != Talk::none) {
        ++press_;
    }
    talk_ = talk;
    // Before the first packet of speech, so that the floor is asked for when it comes.
    report(now);
    follow_gate(now);
    port_.wake();
}

void GstVoiceEndpoint::wish(LineWish line) {
    const std::lock_guard lock{mutex_};
    wish_ = line;
    ++wish_number_;
    report(SystemClock{}.ticks());
    port_.wake();
}

void GstVoiceEndpoint::run() {
    PacketBuffer buffer{};
    Ticks looked_at{};
    while (!stopping_) {
        Ticks now = SystemClock{}.ticks();
        bool joined = false;
        milliseconds every{};
        {
            const std::lock_guard lock{mutex_};
            joined = session_.has_value();
        }
        if (now - looked_at >= kLook || joined == (pipeline_ == nullptr)) {
            look_after_devices(now);
            looked_at = now = SystemClock{}.ticks();
        }
        {
            const std::lock_guard lock{mutex_};
            every = is_answered() ? kReportEvery : kAskAgainEvery;
            if (session_ && now - report_at_ >= every && !status_.ended) {
                report(now);
            }
            follow_path(now);
            follow_gate(now);
            if (session_ && session_->ticket.expires_us != 0 && !connected(now) &&
                SystemClock{}.utc_us() > session_->ticket.expires_us) {
                status_.ended = true;
            }
        }
        std::optional<milliseconds> jitter;
        const milliseconds wait = joined ? std::min(every, kLook) : kLook;
        const auto datagram = port_.receive(buffer, wait);
        now = SystemClock{}.ticks();
        {
            const std::lock_guard lock{mutex_};
            if (datagram) {
                take(std::span{buffer}.first(*datagram), PathChoice::Way::udp, now);
            }
            bool came = datagram.has_value();
            while (const auto size = path_.take(buffer)) {
                take(std::span{buffer}.first(*size), PathChoice::Way::stream, now);
                came = true;
            }
            if (came) {
                jitter = jitter_wanted_;
            }
            // A new generation or a new verdict may ask for an answer at once.
            if (came && session_ && !is_answered() && now - report_at_ >= kAskAgainEvery) {
                report(now);
            }
        }
        // Without the mutex, which the pipeline's threads may be waiting for.
        if (jitter && pipeline_ && *jitter != jitter_set_) {
            pipeline_->set_jitter(*jitter);
            const std::lock_guard lock{mutex_};
            jitter_set_ = *jitter;
        }
    }
    std::unique_ptr<VoicePipeline> ended;
    {
        const std::lock_guard lock{mutex_};
        if (session_) {
            talk_ = Talk::none;
            say_goodbye();
        }
        session_.reset();
        ended = std::move(pipeline_);
        pipeline_.reset();
    }
}

VoiceStatus GstVoiceEndpoint::status() const {
    const Ticks now = SystemClock{}.ticks();
    const std::lock_guard lock{mutex_};
    VoiceStatus out = status_;
    out.connected = connected(now);
    out.talk = talk_;
    out.jitter_buffer = jitter_set_;
    out.by_stream = path_.by_stream();
    if (session_ && session_->state) {
        out.line = *session_->state;
        if (out.line.yours.press != press_) {
            out.line.yours = {}; // what became of a former press says nothing of this one
        }
    }
    if (pipeline_) {
        out.spoken = pipeline_->spoken(now);
        out.heard = pipeline_->heard(now);
        out.echo_delay = pipeline_->echo_delay();
    }
    return out;
}

void GstVoiceEndpoint::feed(std::span<const std::int16_t> samples) {
    const std::lock_guard lock{mutex_}; // the pipeline must not end on a thread of its own
    if (pipeline_ && !without_source_ && options_.devices.source == "feed") {
        pipeline_->feed(samples);
    }
}

Result<std::unique_ptr<VoiceEndpoint>> VoiceEndpoint::make(VoiceOptions options) {
    // Elements that are missing show here and not on the way to a patient; devices may come later.
    VoiceDevices tried = options.devices;
    EMS_TRY(check(tried));
    tried.source = tried.source == "none" ? "none" : "test:silence";
    tried.sink = "none";
    if (auto made = VoicePipeline::make(tried, {}, {}); !made) {
        return Failure{std::move(made).error()};
    }
    auto port = UdpPort::open();
    if (!port) {
        return Failure{std::move(port).error()};
    }
    port->expedite();
    return std::unique_ptr<VoiceEndpoint>{
        std::make_unique<GstVoiceEndpoint>(std::move(options), std::move(*port))};
}

} // namespace ems::video
