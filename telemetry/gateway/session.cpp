#include "telemetry/gateway/session.h"

#include <algorithm>
#include <utility>

#include "telemetry/base/log.h"
#include "telemetry/gateway/bytes.h"
#include "telemetry/seal/key_file.h"

namespace ems::gateway {
namespace {

// What is delivered of one message, until all of it is settled.
struct Pending {
    std::size_t open{0};  // deliveries
    std::size_t count{0}; // records
    bool answers{true};
};

constexpr std::size_t kCodeBytes = 10; // 20 characters: what terminals are known to store

// Then the field holds the VIN (JT/T 808-2019 8.5), which the registry does not know: only number
// and terminal are compared.
constexpr std::uint8_t kNotLicensed = 0;

// A plate as painted has a dot or a blank behind its second character, as typed often a hyphen.
std::string plain_plate(std::string plate) {
    for (const std::string_view filler : {"·", "•", " ", "-"}) {
        for (std::size_t at = 0; (at = plate.find(filler, at)) != std::string::npos;) {
            plate.erase(at, filler.size());
        }
    }
    return plate;
}

} // namespace

std::string Exchange::code_of(const std::string& number) const {
    return seal::to_hex(key.tag("jt808:" + number).substr(0, kCodeBytes));
}

bool Exchange::may_complain() {
    const Ticks now = clock.ticks();
    if (now - complaints_since_ >= std::chrono::minutes{1}) {
        complaints_since_ = now;
        complaints_ = 0;
    }
    return ++complaints_ <= kComplaintsPerMinute;
}

Session::Session(std::shared_ptr<Exchange> exchange, Line line)
    : exchange_(std::move(exchange)), line_(std::move(line)), number_(exchange_->next_session()),
      started_(exchange_->clock.ticks()), last_frame_(started_) {}

Session::~Session() {
    go_offline();
}

void Session::end() {
    ended_ = true;
    go_offline();
}

// Only its own entry: a newer connection of the same terminal may have taken the place.
void Session::go_offline() {
    if (!vid_) {
        return;
    }
    const auto found = exchange_->online.find(peer_.phone.number());
    if (found != exchange_->online.end()) {
        const std::shared_ptr<Session> there = found->second.lock();
        if (there == nullptr || there.get() == this) {
            exchange_->online.erase(found);
        }
    }
    vid_.reset();
}

// The line stays, and has as long as a new one to authenticate.
void Session::log_out() {
    go_offline();
    started_ = exchange_->clock.ticks();
}

void Session::receive(std::string_view bytes) {
    for (const std::string& escaped : frames_.feed(bytes)) {
        if (ended_) {
            return;
        }
        take_frame(escaped);
    }
}

void Session::take_frame(const std::string& escaped) {
    auto frame = decode_frame(escaped);
    if (!frame) {
        count_bad_frame();
        return;
    }
    ++exchange_->counters.frames;
    bad_in_a_row_ = 0;
    last_frame_ = exchange_->clock.ticks();
    if (vid_ && frame->header.phone.number() != peer_.phone.number()) {
        refuse({frame->header, {frame->header.serial}}); // one line speaks for one terminal
        return;
    }
    const Incoming from{frame->header, {frame->header.serial}};
    const auto whole = reassembly_.add(std::move(*frame), last_frame_);
    if (!whole) {
        on_bad_message(from, whole.error(), {});
    } else if (*whole) {
        take_message(**whole);
    }
}

void Session::count_bad_frame() {
    ++exchange_->counters.bad_frames;
    if (++bad_in_a_row_ >= kBadFramesMax) {
        line_.close("nothing but bad frames");
    }
}

void Session::take_message(const Assembled& whole) {
    const Incoming from{whole.header, whole.serials};
    const auto message = decode(whole.header, whole.body);
    if (!message) {
        on_bad_message(from, message.error(), whole.body);
    } else if (vid_) {
        if (exchange_->heard) {
            exchange_->heard(*vid_);
        }
        take_authenticated(from, *message);
    } else {
        take_login(from, *message);
    }
}

void Session::on_bad_message(const Incoming& from, const Error& error, std::string_view body) {
    if (!vid_) {
        refuse(from);
        return;
    }
    if (error.code == Code::unsupported_version) {
        ++exchange_->counters.unsupported;
        reply(from, ReplyResult::unsupported);
        return;
    }
    ++exchange_->counters.bad_messages;
    if (exchange_->may_complain()) {
        EMS_LOG(warn, "jt808", "bad message vid={} id={:04x} serial={}: {}", vid_->str(),
                from.header.id, from.header.serial, error.message());
    }
    const auto rescued =
        from.header.id == id::kLocation ? rescue_alarms(body) : std::optional<Location>{};
    if (rescued) {
        deliver(from, ingest::Lane::live, {&*rescued}, ReplyResult::bad_message);
    } else {
        reply(from, ReplyResult::bad_message);
    }
}

void Session::take_login(const Incoming& from, const Message& message) {
    if (const auto* registration = std::get_if<Registration>(&message)) {
        on_registration(from, *registration);
    } else if (const auto* authentication = std::get_if<Authentication>(&message)) {
        on_authentication(from, *authentication);
    } else if (!std::holds_alternative<TerminalReply>(message)) {
        ++exchange_->counters.not_logged_in;
        refuse(from);
    }
}

void Session::refuse(const Incoming& from) {
    reply(from, ReplyResult::failed);
    if (++refusals_ >= kRefusalsMax) {
        line_.close("refused too often");
    }
}

void Session::on_registration(const Incoming& from, const Registration& registration) {
    const std::string number = from.header.phone.number();
    const auto known = exchange_->find(number);
    RegisterReply answer;
    answer.serial = from.header.serial;
    if (!known && known.error().code != Code::not_found) {
        return; // not answered: it will ask again when the registry can be read
    }
    if (!known || (!known->terminal.empty() && known->terminal != registration.terminal)) {
        answer.result = RegisterResult::no_such_terminal;
    } else if (registration.plate_colour != kNotLicensed && !known->plate.empty() &&
               plain_plate(known->plate) != plain_plate(registration.plate)) {
        answer.result = RegisterResult::no_such_vehicle;
    } else {
        answer.code = exchange_->code_of(number);
    }
    send(from.header, id::kRegisterReply, encode(answer));
    if (answer.result != RegisterResult::done) {
        ++exchange_->counters.strangers;
        if (exchange_->may_complain()) {
            EMS_LOG(warn, "jt808", "registration refused number={} result={}", number,
                    static_cast<int>(answer.result));
        }
        if (++refusals_ >= kRefusalsMax) {
            line_.close("refused too often");
        }
    }
}

void Session::on_authentication(const Incoming& from, const Authentication& authentication) {
    const std::string number = from.header.phone.number();
    const auto known = exchange_->find(number);
    if (!known && known.error().code != Code::not_found) {
        return;
    }
    const std::string_view code = trim_padding(authentication.code);
    const bool right = seal::equal_in_constant_time(code, exchange_->code_of(number));
    if (!known || !right) {
        ++(known ? exchange_->counters.wrong_codes : exchange_->counters.strangers);
        if (exchange_->may_complain()) {
            EMS_LOG(warn, "jt808", "authentication refused number={} known={}", number,
                    known.has_value());
        }
        log_out();
        refuse(from);
        return;
    }
    if (!vid_) {
        const auto before = exchange_->online.find(number);
        const auto other = before == exchange_->online.end() ? nullptr : before->second.lock();
        exchange_->online[number] = weak_from_this();
        if (other != nullptr) {
            other->line_.close("replaced by a newer connection");
        }
        EMS_LOG(info, "jt808", "authenticated vid={} version={}", known->vid.str(),
                from.header.version == Version::v2019 ? 2019 : 2013);
    }
    vid_ = known->vid;
    peer_ = from.header;
    refusals_ = 0;
    reply(from, ReplyResult::done);
}

// A terminal that was moved to another vehicle, or out of the fleet, must not go on speaking for the old one.
bool Session::still_registered() {
    const auto known = exchange_->find(peer_.phone.number());
    const bool other = known && known->vid != *vid_;
    if (!other && (known || known.error().code != Code::not_found)) {
        return true; // also while the registry cannot be read
    }
    EMS_LOG(warn, "jt808", "no longer registered vid={}", vid_->str());
    log_out();
    line_.close("registered otherwise");
    return false;
}

void Session::take_authenticated(const Incoming& from, const Message& message) {
    if (!still_registered()) {
        return;
    }
    if (const auto* location = std::get_if<Location>(&message)) {
        on_location(from, *location);
    } else if (const auto* batch = std::get_if<LocationBatch>(&message)) {
        on_batch(from, *batch);
    } else if (std::holds_alternative<Heartbeat>(message)) {
        reply(from, ReplyResult::done);
    } else if (std::holds_alternative<TimeRequest>(message)) {
        send(from.header, id::kTimeReply, encode(TimeReply{exchange_->clock.server_now()}));
    } else if (const auto* answer = std::get_if<TerminalReply>(&message)) {
        if (answer->id == id::kTextDown && exchange_->text_answered) {
            exchange_->text_answered({number_, answer->serial}, answer->result);
        }
        if ((answer->id == id::kStreamOpen || answer->id == id::kStreamControl) &&
            exchange_->stream_answered) {
            exchange_->stream_answered({number_, answer->serial}, answer->result);
        }
    } else if (const auto* registration = std::get_if<Registration>(&message)) {
        on_registration(from, *registration);
    } else if (const auto* authentication = std::get_if<Authentication>(&message)) {
        on_authentication(from, *authentication);
    } else if (std::holds_alternative<Unregister>(message)) {
        reply(from, ReplyResult::done);
        log_out();
    } else {
        // Pass-through among them: nothing here stores it, so it is not said to be taken.
        ++exchange_->counters.unsupported;
        reply(from, ReplyResult::unsupported);
    }
}

void Session::on_location(const Incoming& from, const Location& location) {
    deliver(from, ingest::Lane::live, {&location}, ReplyResult::done);
}

void Session::on_batch(const Incoming& from, const LocationBatch& batch) {
    std::vector<const Location*> good;
    for (const auto& item : batch.items) {
        if (item) {
            good.push_back(&*item);
        } else {
            ++exchange_->counters.bad_reports;
        }
    }
    // Said to be bad it would come again for ever; what can be read of it is kept.
    const ReplyResult answer = good.empty() ? ReplyResult::bad_message : ReplyResult::done;
    for (const Location& rescued : batch.rescued) {
        good.push_back(&rescued);
    }
    deliver(from, ingest::Lane::backlog, good, answer);
}

AlarmWatch& Session::alarm_watch() {
    auto& watches = exchange_->alarms;
    const std::string number = peer_.phone.number();
    if (watches.size() >= kTerminalsMax && !watches.contains(number)) {
        watches.erase(watches.begin()); // it only forgets what it told
    }
    return watches[number];
}

void Session::deliver(const Incoming& from, ingest::Lane lane,
                      const std::vector<const Location*>& reports, ReplyResult answer) {
    std::uint32_t calls_for_help = 0;
    for (const Location* report : reports) {
        calls_for_help |= report->alarms & kHelpAlarms;
    }
    if (calls_for_help != 0 && lane == ingest::Lane::live && exchange_->called_for_help) {
        exchange_->called_for_help(*vid_);
    }
    // A call for help does not wait behind positions.
    if (calls_for_help == 0 && in_flight_ + reports.size() > kInFlightRecordsMax) {
        ++exchange_->counters.deferred;
        return;
    }
    const std::string number = peer_.phone.number();
    ingest::Delivery events{*vid_, lane, {}};
    ingest::Delivery positions{*vid_, lane, {}};
    std::vector<AlarmWatch::Change> changes;
    std::uint32_t told = 0;
    const ServerTime now = exchange_->clock.server_now();
    for (const Location* report : reports) {
        AlarmWatch::Change change = alarm_watch().take(peer_.phone, *report, now);
        exchange_->counters.alarms += change.events.size();
        for (wire::Envelope& event : change.events) {
            events.records.push_back(std::move(event));
        }
        change.events.clear();
        told |= change.came;
        changes.push_back(std::move(change));
        if (auto position = position_record(peer_.phone, *report)) {
            positions.records.push_back(std::move(*position));
            ++exchange_->counters.positions;
        } else {
            ++exchange_->counters.without_fix;
        }
    }
    const auto open = exchange_->alarms_open.find(number);
    const bool others_open = open != exchange_->alarms_open.end();
    // A repeat of a call for help that is told of already, but not yet committed, is not answered: the terminal would
    // delete what only this process knows.
    const auto pending = std::make_shared<Pending>();
    pending->answers = (calls_for_help & ~told) == 0 || !others_open;
    pending->open = (events.records.empty() ? 0U : 1U) + (positions.records.empty() ? 0U : 1U);
    pending->count = events.records.size() + positions.records.size();
    in_flight_ += pending->count;
    const auto settled = [weak = weak_from_this(), exchange = exchange_, pending, from,
                          answer](ingest::DeliveryOutcome outcome) {
        if (outcome == ingest::DeliveryOutcome::refused) {
            ++exchange->counters.refused_by_sink;
            pending->answers = false;
        }
        if (pending->open > 0 && --pending->open > 0) {
            return;
        }
        const auto session = weak.lock();
        if (session == nullptr) {
            return;
        }
        session->in_flight_ -= pending->count;
        if (pending->answers) {
            exchange->counters.answered += pending->count > 0 ? 1U : 0U;
            session->reply(from, answer);
        }
    };
    if (pending->open == 0) {
        settled(ingest::DeliveryOutcome::committed);
        return;
    }
    if (!events.records.empty()) {
        ++exchange_->alarms_open[number];
        exchange_->sink(std::move(events), [exchange = exchange_, number, changes = std::move(changes),
                                            settled](ingest::DeliveryOutcome outcome) {
            if (const auto waiting = exchange->alarms_open.find(number);
                waiting != exchange->alarms_open.end() && --waiting->second == 0) {
                exchange->alarms_open.erase(waiting);
            }
            if (outcome == ingest::DeliveryOutcome::refused) {
                const auto watch = exchange->alarms.find(number);
                for (auto change = changes.rbegin();
                     watch != exchange->alarms.end() && change != changes.rend(); ++change) {
                    watch->second.undo(*change);
                }
            }
            settled(outcome);
        });
    }
    if (!positions.records.empty()) {
        exchange_->sink(std::move(positions), settled);
    }
}

void Session::tick(std::chrono::seconds idle_limit) {
    if (ended_) {
        return;
    }
    const Ticks now = exchange_->clock.ticks();
    const std::uint64_t dropped = reassembly_.dropped();
    for (const Reassembly::Missing& missing : reassembly_.missing(now)) {
        send(missing.header, id::kResendParts, encode(missing.request, missing.header.version));
    }
    exchange_->counters.parts_dropped += reassembly_.dropped() - dropped;
    if (!vid_ && now - started_ >= kLoginWithin) {
        line_.close("no login in time");
    } else if (now - last_frame_ >= idle_limit) {
        line_.close("silent for too long");
    }
}

Result<TextSerial> Session::send_text(const TextDown& text, const std::vector<TextSerial>& before) {
    if (!vid_ || ended_) {
        return fail(Code::link_down, "terminal is not authenticated");
    }
    auto body = encode(text, peer_.version);
    if (!body) {
        return Failure{std::move(body).error()};
    }
    const auto known = std::find_if(before.begin(), before.end(), [this](const TextSerial& one) {
        return one.session == number_;
    });
    const std::uint16_t serial = known != before.end() ? known->serial : next_serial_++;
    send(peer_, id::kTextDown, *body, serial);
    return TextSerial{number_, serial};
}

Result<TextSerial> Session::open_stream(const StreamOpen& request) {
    if (!vid_ || ended_) {
        return fail(Code::link_down, "terminal is not authenticated");
    }
    const auto body = encode(request);
    if (!body) {
        return Failure{body.error()};
    }
    const std::uint16_t serial = next_serial_++;
    send(peer_, id::kStreamOpen, *body, serial);
    return TextSerial{number_, serial};
}

Result<TextSerial> Session::control_stream(const StreamControl& request) {
    if (!vid_ || ended_) {
        return fail(Code::link_down, "terminal is not authenticated");
    }
    const std::uint16_t serial = next_serial_++;
    send(peer_, id::kStreamControl, encode(request), serial);
    return TextSerial{number_, serial};
}

void Session::reply(const Incoming& to, ReplyResult result) {
    for (const std::uint16_t serial : to.serials) {
        send(to.header, id::kPlatformReply, encode(PlatformReply{serial, to.header.id, result}));
    }
}

void Session::send(const Header& to, std::uint16_t id, std::string_view body) {
    send(to, id, body, next_serial_++);
}

void Session::send(const Header& to, std::uint16_t id, std::string_view body,
                   std::uint16_t serial) {
    if (ended_) {
        return;
    }
    Header header;
    header.id = id;
    header.version = to.version;
    header.protocol = to.protocol;
    header.phone = to.phone;
    header.serial = serial;
    line_.send(encode_frame(header, body));
}

} // namespace ems::gateway
