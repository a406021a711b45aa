#include "telemetry/video/voice_endpoint.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/video/grants.h"
#include "telemetry/video/relay.h"
#include "telemetry/video/rtcp.h"
#include "telemetry/video/rtp.h"
#include "telemetry/video/srtp.h"
#include "telemetry/video/udp_port.h"
#include "telemetry/video/voice_path.h"
#include "telemetry/video/voice_stream.h"

namespace ems::video {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kReportEvery{1'000};
constexpr milliseconds kAskAgainEvery{60}; // while the server has not answered a key or wish
constexpr milliseconds kConnectedFor{3'000};
constexpr milliseconds kDeviceRetry{10'000};
constexpr milliseconds kRebuildPause{2'000};
constexpr milliseconds kLook{200};

using PacketBuffer = std::array<std::uint8_t, kPacketSizeMax + kSrtpOverhead>;

// A ticket in use: keys, numbers and what the server said. They live and die together.
struct Session {
    Session(const VoiceTicket& of, Endpoint to, const MediaKey& to_server, const MediaKey& from_server)
        : ticket(of), server(to), up_key(to_server), down_key(from_server),
          reports(to_server, of.up_ssrc), speech(to_server, of.up_ssrc) {}
    VoiceTicket ticket;
    Endpoint server;
    MediaKey up_key;
    MediaKey down_key;
    SrtpStream reports;
    SrtpStream speech; // SSRC | generation
    VoiceSplice numbers;
    std::optional<SrtpStream> down;
    std::optional<SrtpStream> next_down; // of a later generation, until a packet proves it
    std::uint32_t state_index{0};
    std::optional<LineState> state;
    Ticks state_at{};
    Ticks joined_at{};
    ReceptionCounter reception;

    [[nodiscard]] std::uint8_t generation() const {
        return static_cast<std::uint8_t>(speech.ssrc() & kGenerationMask);
    }
};

class GstVoiceEndpoint final : public VoiceEndpoint {
  public:
    GstVoiceEndpoint(VoiceOptions options, UdpPort port)
        : options_(std::move(options)), port_(std::move(port)),
          path_(port_, options_.side == Side::crew ? VoicePath::Returns::to_udp
                                                   : VoicePath::Returns::never),
          thread_([this] { run(); }) {}
    ~GstVoiceEndpoint() override {
        stopping_ = true;
        port_.wake();
        thread_.join();
    }

    Result<void> join(const VoiceTicket& ticket) override;
    void leave() override;
    void press(Talk talk) override;
    void wish(LineWish line) override;
    [[nodiscard]] VoiceStatus status() const override;
    void feed(std::span<const std::int16_t> samples) override;

  private:
    void run();
    void look_after_devices(Ticks now);
    void build(Ticks now);
    void note_failure(const std::string& reason, Ticks now);
    void send_speech(std::span<const std::uint8_t> rtp);
    // Those below: with the mutex held.
    void report(Ticks now);
    void say_goodbye();
    void send_rtcp(std::vector<std::uint8_t> packet);
    void follow_path(Ticks now);
    [[nodiscard]] bool may_send(Ticks now) const;
    [[nodiscard]] bool is_answered() const;
    [[nodiscard]] bool connected(Ticks now) const;
    void follow_gate(Ticks now);
    void take(std::span<std::uint8_t> packet, PathChoice::Way way, Ticks now);
    SrtpStream* stream_for(std::uint32_t ssrc);
    void adopt(std::uint32_t ssrc);
    void take_state(std::span<const std::uint8_t> plain, std::uint32_t index, Ticks now);
    void take_speech(std::span<std::uint8_t> packet, std::uint32_t ssrc, Ticks now);

    const VoiceOptions options_;
    const UdpPort port_;
    std::atomic<bool> stopping_{false};

    mutable std::mutex mutex_; // everything below but the thread
    std::optional<Session> session_;
    std::string left_id_; // the ticket used last: never again
    Talk talk_{Talk::none};
    std::uint16_t press_{0};
    LineWish wish_{LineWish::unchanged};
    std::uint16_t wish_number_{0};
    Ticks report_at_{};
    VoiceStatus status_; // its counters and texts
    VoicePath path_;

    VoiceSplice incoming_;
    JitterTarget jitter_;
    milliseconds jitter_wanted_{JitterTarget::kLeast};
    milliseconds jitter_set_{JitterTarget::kLeast};

    // Built, ended and replaced on the endpoint's thread only; used with the mutex held.
    std::unique_ptr<VoicePipeline> pipeline_;
    std::uint64_t builds_{0};
    bool without_source_{false};
    bool without_sink_{false};
    std::optional<Ticks> rebuild_at_;
    std::optional<Ticks> whole_again_at_;

    std::thread thread_; // last
};

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

// A line that was answered goes on being answered: by the other way at once.
void GstVoiceEndpoint::follow_path(Ticks now) {
    if (path_.follow(now)) {
        EMS_LOG(info, "voice", "the line goes by {}", path_.by_stream() ? "TLS" : "UDP");
        report(now);
    }
    if (session_ && path_.take_udp_probe(now)) {
        Feedback question;
        question.sender_ssrc = session_->ticket.up_ssrc;
        question.reference = compact_time(now);
        std::vector<std::uint8_t> packet = make_feedback(question);
        const std::size_t size = packet.size();
        packet.resize(size + kSrtpOverhead);
        if (const auto sealed = session_->reports.protect_rtcp(packet, size)) {
            path_.send_by_udp(std::span{packet}.first(*sealed));
        }
    }
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

bool GstVoiceEndpoint::connected(Ticks now) const {
    return session_ && session_->state && now - session_->state_at < kConnectedFor;
}

bool GstVoiceEndpoint::is_answered() const {
    if (!session_ || !session_->state) {
        return false;
    }
    const LineState& state = *session_->state;
    return state.yours.press == press_ && state.line_number == wish_number_ &&
           (talk_ == Talk::none) == (state.yours.verdict == FloorVerdict::idle);
}

bool GstVoiceEndpoint::may_send(Ticks now) const {
    if (!session_) {
        return false;
    }
    if (connected(now) && session_->state->mode == FloorMode::open_line &&
        (options_.side == Side::crew || session_->state->speaker_is_you)) {
        return true;
    }
    if (talk_ == Talk::none) {
        return false;
    }
    const FloorStanding yours = session_->state ? session_->state->yours : FloorStanding{};
    const bool ended = yours.press == press_ && (yours.verdict == FloorVerdict::denied ||
                                                 yours.verdict == FloorVerdict::revoked);
    return !ended;
}

void GstVoiceEndpoint::follow_gate(Ticks now) {
    status_.sending = may_send(now);
    if (pipeline_) {
        pipeline_->set_gate(status_.sending ? Gate::open : Gate::closed);
    }
}

void GstVoiceEndpoint::send_rtcp(std::vector<std::uint8_t> packet) {
    const std::size_t size = packet.size();
    packet.resize(size + kSrtpOverhead);
    if (const auto sealed = session_->reports.protect_rtcp(packet, size)) {
        path_.send(std::span{packet}.first(*sealed));
    }
}

void GstVoiceEndpoint::report(Ticks now) {
    if (!session_) {
        return;
    }
    VoiceReport report;
    report.generation = session_->generation();
    report.talk = talk_;
    report.press = press_;
    report.line = wish_;
    report.line_number = wish_number_;
    report.sent_ms = static_cast<std::uint32_t>(
        std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count());
    std::optional<ReceptionReport> reception;
    if (session_->down) {
        reception.emplace();
        reception->ssrc = session_->down->ssrc();
        reception->lost = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(session_->reception.lost(), 0x7F'FFFF));
        reception->highest_seq = session_->reception.highest_extended();
    }
    send_rtcp(make_voice_report(session_->ticket.up_ssrc, reception, report));
    report_at_ = now;
}

void GstVoiceEndpoint::say_goodbye() {
    send_rtcp(make_voice_goodbye(session_->ticket.up_ssrc));
}

void GstVoiceEndpoint::send_speech(std::span<const std::uint8_t> rtp) {
    const auto view = parse_rtp(rtp);
    const Ticks now = SystemClock{}.ticks();
    const std::lock_guard lock{mutex_};
    if (!view || !may_send(now)) {
        return;
    }
    const auto header = session_->numbers.next(*view, builds_, now);
    if (!header) {
        return;
    }
    PacketBuffer out{};
    std::memcpy(out.data(), rtp.data(), rtp.size());
    set_ssrc(out, session_->speech.ssrc());
    set_seq(out, header->seq);
    set_timestamp(out, header->timestamp);
    const auto size = session_->speech.protect_rtp(out, rtp.size());
    if (size && path_.send(std::span{out}.first(*size))) {
        ++status_.packets_sent;
    }
}

SrtpStream* GstVoiceEndpoint::stream_for(std::uint32_t ssrc) {
    if (!session_ || (ssrc & ~kGenerationMask) != session_->ticket.down_ssrc) {
        return nullptr;
    }
    std::optional<SrtpStream>& present = session_->down;
    std::optional<SrtpStream>& next = session_->next_down;
    if (present && present->ssrc() == ssrc) {
        return &*present;
    }
    if (present && ssrc < present->ssrc()) {
        return nullptr; // of a server process that is gone
    }
    if (!next || next->ssrc() != ssrc) {
        next.emplace(session_->down_key, ssrc);
    }
    return &*next;
}

// A server that took the grant over counts anew, and so do we.
void GstVoiceEndpoint::adopt(std::uint32_t ssrc) {
    session_->down = std::move(session_->next_down);
    session_->next_down.reset();
    session_->reception.start_over();
    session_->state_index = 0;
    session_->state.reset();
    const std::uint32_t generation = ssrc & kGenerationMask;
    if (generation != session_->generation()) {
        session_->speech = SrtpStream{session_->up_key, session_->ticket.up_ssrc | generation};
        session_->numbers = {};
    }
}

void GstVoiceEndpoint::take(std::span<std::uint8_t> packet, PathChoice::Way way, Ticks now) {
    const auto ssrc = packet_ssrc(packet);
    const bool rtcp = looks_like_rtcp(packet);
    SrtpStream* stream = ssrc ? stream_for(*ssrc) : nullptr;
    Result<std::size_t> size{fail(Code::srtp)};
    std::uint32_t index = 0;
    if (stream != nullptr && rtcp && packet.size() >= 12) {
        index = read_u32(packet, packet.size() - 4) & 0x7FFF'FFFF; // RFC 7714 section 9
        size = stream->unprotect_rtcp(packet);
    } else if (stream != nullptr && !rtcp) {
        size = stream->unprotect_rtp(packet);
    }
    if (!size) {
        ++status_.packets_refused;
        return;
    }
    path_.heard(way, now);
    if (session_->next_down && stream == &*session_->next_down) {
        adopt(*ssrc);
    }
    if (rtcp) {
        take_state(packet.first(*size), index, now);
    } else {
        take_speech(packet.first(*size), *ssrc, now);
    }
}

void GstVoiceEndpoint::take_state(std::span<const std::uint8_t> plain, std::uint32_t index,
                                  Ticks now) {
    auto state = parse_line_state(plain);
    if (!state || (session_->state && index <= session_->state_index)) {
        return; // overtaken by a newer one
    }
    const bool closed = session_->state && session_->state->mode == FloorMode::open_line &&
                        state->mode == FloorMode::push_to_talk;
    if (closed) {
        wish_ = LineWish::unchanged; // somebody ended it: a wish of before must not open it again
    }
    session_->state_index = index;
    session_->state_at = now;
    const auto now_ms = static_cast<std::uint32_t>(
        std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count());
    if (state->echo_ms != 0 && now_ms - state->echo_ms < 60'000) {
        status_.round_trip = milliseconds{now_ms - state->echo_ms};
    }
    session_->state = std::move(*state);
    follow_gate(now);
}

void GstVoiceEndpoint::take_speech(std::span<std::uint8_t> packet, std::uint32_t ssrc, Ticks now) {
    const auto view = parse_rtp(packet);
    if (!view || view->payload_type != kPayloadTypeOpus) {
        ++status_.packets_refused;
        return;
    }
    session_->reception.received(view->seq);
    ++status_.packets;
    status_.packets_lost = session_->reception.lost();
    const auto header = incoming_.next(*view, ssrc, now);
    if (!header || !pipeline_) {
        return;
    }
    if (view->marker || header->first) {
        jitter_.start_over();
        // Between turns nobody hears the buffer change.
        jitter_wanted_ = jitter_.target();
    }
    jitter_.received(header->timestamp, now);
    // Within a turn it only grows: late packets are heard more than one stretched syllable.
    jitter_wanted_ = std::max(jitter_wanted_, jitter_.target());
    set_seq(packet, header->seq);
    set_timestamp(packet, header->timestamp);
    pipeline_->push(packet);
}

void GstVoiceEndpoint::note_failure(const std::string& reason, Ticks now) {
    EMS_LOG(warn, "voice", "sound fails: {}", reason);
    // Words begin with the element that failed (pipeline.h).
    without_source_ = without_source_ || reason.starts_with("microphone");
    without_sink_ = without_sink_ || reason.starts_with("loudspeaker");
    whole_again_at_ = now + kDeviceRetry;
    rebuild_at_ = without_source_ || without_sink_ ? now : now + kRebuildPause;
    const std::lock_guard lock{mutex_};
    status_.problem = reason;
}

void GstVoiceEndpoint::build(Ticks now) {
    VoiceDevices devices = options_.devices;
    if (without_source_) {
        devices.source = "none";
    }
    if (without_sink_) {
        devices.sink = "none";
    }
    VoiceCallbacks callbacks;
    callbacks.encoded = [this](std::span<const std::uint8_t> rtp) { send_speech(rtp); };
    callbacks.captured = options_.captured;
    callbacks.spoken = options_.spoken;
    callbacks.played = options_.played;
    {
        const std::lock_guard lock{mutex_};
        ++builds_;
    }
    auto made = VoicePipeline::make(devices, std::move(callbacks));
    if (!made) {
        note_failure(made.error().detail, now);
        return;
    }
    const std::lock_guard lock{mutex_};
    pipeline_ = std::move(*made);
    jitter_set_ = JitterTarget::kLeast;
    follow_gate(now);
    if (!without_source_ && !without_sink_) {
        status_.problem.clear();
        whole_again_at_.reset();
    }
}

void GstVoiceEndpoint::look_after_devices(Ticks now) {
    bool joined = false;
    std::unique_ptr<VoicePipeline> ended;
    {
        const std::lock_guard lock{mutex_};
        joined = session_.has_value();
        const bool whole_again = whole_again_at_ && now >= *whole_again_at_ &&
                                 (without_source_ || without_sink_);
        if (!joined || whole_again) {
            ended = std::move(pipeline_);
            pipeline_.reset();
            without_source_ = without_sink_ = false;
        }
    }
    ended.reset(); // its threads may wait for the mutex
    if (!joined) {
        return;
    }
    if (pipeline_) {
        const Pipeline::Words words = pipeline_->poll();
        if (words.error) {
            {
                const std::lock_guard lock{mutex_};
                ended = std::move(pipeline_);
                pipeline_.reset();
            }
            ended.reset();
            note_failure(*words.error, now);
        }
    }
    if (!pipeline_ && (!rebuild_at_ || now >= *rebuild_at_)) {
        rebuild_at_.reset();
        build(now);
    }
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
    }
    if (pipeline_) {
        out.spoken = pipeline_->spoken(now);
        out.heard = pipeline_->heard(now);
    }
    return out;
}

void GstVoiceEndpoint::feed(std::span<const std::int16_t> samples) {
    const std::lock_guard lock{mutex_}; // the pipeline must not end on a thread of its own
    if (pipeline_ && !without_source_ && options_.devices.source == "feed") {
        pipeline_->feed(samples);
    }
}

} // namespace

Result<std::unique_ptr<VoiceEndpoint>> VoiceEndpoint::make(VoiceOptions options) {
    // Elements that are missing show here and not on the way to a patient; devices may come later.
    VoiceDevices tried = options.devices;
    EMS_TRY(check(tried));
    tried.source = tried.source == "none" ? "none" : "test:silence";
    tried.sink = "none";
    if (auto made = VoicePipeline::make(tried, {}); !made) {
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
