#include "vehicle/terminal/vehicle_socket.h"

#include "telemetry/base/log.h"
#include "vehicle/contract/proposals.h"

#include <chrono>
#include <utility>

#include <QFile>
#include <QSaveFile>
#include <QUuid>

namespace ems::terminal {
namespace {

constexpr qsizetype kFrameMax = 65'536; // of the contract
constexpr std::int64_t kConnectEveryMs = 500;
constexpr std::int64_t kPollMs = 1'000;
constexpr std::int64_t kOfferEveryMs = 1'000;
constexpr std::int64_t kWriteEveryMs = 1'000;
constexpr int kTickMs = 100;

std::string new_event_id() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
}

// Whom something is found of: beside a patient an order that waits for its answer is another one's.
std::int64_t incident_found(const vehicle::Status& status) {
    return order_waits(status) && status.patient().attended() ? 0 : status.order().incident_id();
}

} // namespace

VehicleSocket::VehicleSocket(const Clock& clock, QString path, QString box_path, std::string boot,
                             QObject* parent)
    : QObject(parent), clock_(clock), path_(std::move(path)), box_path_(std::move(box_path)),
      boot_(std::move(boot)) {
    if (!box_path_.isEmpty()) {
        QFile file{box_path_};
        if (file.open(QIODevice::ReadOnly)) {
            const QByteArray bytes = file.read(qint64{kPressesMax} * 8'192);
            box_ = PressBox::from_bytes({bytes.constData(), static_cast<std::size_t>(bytes.size())},
                                        machineTime());
        }
    }
    timer_.setInterval(kTickMs);
    connect(&timer_, &QTimer::timeout, this, &VehicleSocket::tick);
    connect(&socket_, &QLocalSocket::connected, this, [this] {
        vehicle::CrewRequest hello;
        hello.mutable_hello()->set_terminal("ems-crew");
        put(std::move(hello));
        EMS_LOG(info, "crew", "connected path={}", path_.toStdString());
    });
    connect(&socket_, &QLocalSocket::readyRead, this, &VehicleSocket::readAll);
    connect(&socket_, &QLocalSocket::disconnected, this, &VehicleSocket::lost);
}

void VehicleSocket::start() {
    timer_.start();
    connectNow();
}

// Monotonic, and the same for a program that starts anew on this machine.
std::int64_t VehicleSocket::nowMs() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.ticks().time_since_epoch())
        .count();
}

MachineTime VehicleSocket::machineTime() const {
    return {.ticks_ms = nowMs(), .utc_ms = clock_.utc_us() / 1'000, .boot = boot_};
}

std::int64_t VehicleSocket::silentMs() const {
    return everHeard() ? nowMs() - heard_ms_ : 0;
}

vehicle::Status VehicleSocket::pressedStatus() const {
    vehicle::Status status = status_;
    const vehicle::AnswerOrder* answer =
        order_waits(status) ? box_.answer_to(status.order_command_id()) : nullptr;
    if (answer != nullptr && answer->accept()) {
        status.set_order_accepted(true);
        status.set_state(wire::UNIT_ACKNOWLEDGED);
    } else if (answer != nullptr) { // as the vehicle will take it: CrewDesk::answer
        status.clear_order();
        status.clear_order_command_id();
        status.clear_destination();
        status.clear_proposals();
        status.set_state(state_before_order_);
    }
    if (status.has_posting()) {
        const std::string& posting = status.posting().command_id();
        const vehicle::AnswerOrder* reply =
            posting_waits(status) ? box_.answer_to(posting) : nullptr;
        if (box_.holds_arrival(posting)) {
            status.mutable_posting()->set_accepted(true);
            status.mutable_posting()->set_arrived(true);
        } else if (reply != nullptr && reply->accept()) {
            status.mutable_posting()->set_accepted(true);
        } else if (reply != nullptr) {
            status.clear_posting();
        }
    }
    if (const wire::UnitState pressed = box_.pressed_state(); pressed != wire::UNIT_UNSPECIFIED) {
        status.set_state(pressed);
        vehicle::drop_overtaken(status, pressed);
    }
    if (const vehicle::CallPhysician* call = box_.physician_call(); call != nullptr) {
        status.set_physician_called(!call->cancel());
        if (status.has_voice()) {
            status.mutable_voice()->set_calling(!call->cancel());
        }
    }
    box_.add_waiting_findings(*status.mutable_chart(), nowMs(), clock_.utc_us());
    return status;
}

void VehicleSocket::connectNow() {
    connect_ms_ = nowMs();
    if (socket_.state() == QLocalSocket::UnconnectedState) {
        in_.clear();
        offered_request_ = 0;
        socket_.connectToServer(path_);
    }
}

void VehicleSocket::lost() {
    EMS_LOG(warn, "crew", "ems-vehicled is away path={}", path_.toStdString());
    offered_request_ = 0;
    emit changed();
}

void VehicleSocket::readAll() {
    in_ += socket_.read(4 * kFrameMax);
    qsizetype used = 0;
    while (in_.size() - used >= 4) {
        qsizetype length = 0;
        for (qsizetype i = 0; i < 4; ++i) {
            length = length << 8 | static_cast<unsigned char>(in_[used + i]);
        }
        if (length > kFrameMax) {
            EMS_LOG(error, "crew", "frame too large bytes={}", length);
            socket_.abort();
            return;
        }
        if (in_.size() - used - 4 < length) {
            break;
        }
        vehicle::CrewUpdate update;
        if (update.ParseFromArray(in_.constData() + used + 4, static_cast<int>(length))) {
            take(update);
        } else {
            EMS_LOG(warn, "crew", "unreadable frame bytes={}", length);
        }
        used += 4 + length;
    }
    in_.remove(0, used);
    if (socket_.bytesAvailable() > 0) {
        QMetaObject::invokeMethod(this, &VehicleSocket::readAll, Qt::QueuedConnection);
    }
}

void VehicleSocket::take(const vehicle::CrewUpdate& update) {
    heard_ms_ = nowMs();
    const bool answers_offer = offered_request_ != 0 && update.reply_to() == offered_request_;
    switch (update.what_case()) {
    case vehicle::CrewUpdate::kStored:
        if (answers_offer) {
            box_.settle(offered_event_);
            offered_request_ = 0;
            keep();
        }
        break;
    case vehicle::CrewUpdate::kRefused:
        // Said to the crew and dropped: it would be refused again, and what was pressed after it
        // would wait behind it for ever.
        if (answers_offer) {
            EMS_LOG(warn, "crew", "refused event={} reason='{}'", offered_event_,
                    update.refused().reason());
            box_.settle(offered_event_);
            offered_request_ = 0;
            keep();
            emit refused(QString::fromStdString(update.refused().reason()));
        }
        break;
    case vehicle::CrewUpdate::kStatus:
        status_ = update.status();
        if (!order_waits(status_)) {
            state_before_order_ = status_.state();
        }
        break;
    case vehicle::CrewUpdate::kLevels:
        if (status_.has_voice()) {
            status_.mutable_voice()->set_spoken_dbfs(update.levels().spoken_dbfs());
            status_.mutable_voice()->set_heard_dbfs(update.levels().heard_dbfs());
            emit levelsChanged();
        }
        return;
    case vehicle::CrewUpdate::kTrace:
        emit traced(update.trace()); // five times a second: nothing else has changed by it
        return;
    case vehicle::CrewUpdate::WHAT_NOT_SET:
        break;
    }
    emit changed();
}

void VehicleSocket::put(vehicle::CrewRequest request) {
    request.set_request(++request_);
    send(request);
}

void VehicleSocket::send(const vehicle::CrewRequest& request) {
    const std::string body = request.SerializeAsString();
    QByteArray frame;
    for (int shift = 24; shift >= 0; shift -= 8) {
        frame.append(static_cast<char>(body.size() >> static_cast<unsigned>(shift) & 0xFFU));
    }
    frame.append(body.data(), static_cast<qsizetype>(body.size()));
    socket_.write(frame);
}

void VehicleSocket::poll(std::int64_t now) {
    polled_ms_ = now;
    vehicle::CrewRequest request;
    request.mutable_status()->set_trace(trace_ == Trace::wanted);
    put(std::move(request));
}

void VehicleSocket::wantTrace(Trace trace) {
    const bool begins = trace == Trace::wanted && trace_ == Trace::none;
    trace_ = trace;
    if (begins && socket_.state() == QLocalSocket::ConnectedState) {
        poll(nowMs());
    }
}

void VehicleSocket::tick() {
    const std::int64_t now = nowMs();
    if (!keeps_ && now - written_ms_ >= kWriteEveryMs) {
        keep(); // there may be room by now
    }
    if (socket_.state() != QLocalSocket::ConnectedState) {
        if (now - connect_ms_ >= kConnectEveryMs) {
            connectNow();
        }
        show(now);
        return;
    }
    if (now - polled_ms_ >= kPollMs) {
        poll(now);
    }
    vehicle::CrewRequest next;
    const bool due = offered_request_ == 0 || now - offered_ms_ >= kOfferEveryMs;
    if (due && box_.front(now, &next)) {
        offered_event_ = event_id_of(next);
        offered_ms_ = now;
        offered_request_ = ++request_;
        next.set_request(offered_request_);
        send(next);
    }
    show(now);
}

// Ages go on each second, the strip of an undo more often, once more when it is over.
void VehicleSocket::show(std::int64_t now) {
    const bool undo = box_.undo_left_ms(now) > 0;
    if (undo || undo_shown_ || now - shown_ms_ >= 1'000) {
        shown_ms_ = now;
        undo_shown_ = undo;
        emit changed();
    }
}

void VehicleSocket::press(Step step, std::int64_t fence_us, const QString& reason) {
    if (step == Step::accept || step == Step::accept_posting) {
        answerOrder(true, {});
        return;
    }
    vehicle::CrewRequest request;
    if (step == Step::at_post) {
        vehicle::ReachPosting& reach = *request.mutable_reach();
        reach.set_event_id(new_event_id());
        reach.set_command_id(status_.posting().command_id());
        reach.set_fence_us(fence_us);
        keepRequest(std::move(request));
        return;
    }
    vehicle::PressState& press = *request.mutable_press();
    press.set_event_id(new_event_id());
    press.set_state(*state_of(step));
    press.set_incident_id(status_.order().incident_id());
    press.set_assignment_id(status_.order().assignment_id());
    press.set_fence_us(fence_us);
    press.set_reason(reason.toStdString());
    keepRequest(std::move(request));
}

void VehicleSocket::answerOrder(bool accept, const QString& reason) {
    const vehicle::Status shown = pressedStatus();
    const std::string& command = order_waits(shown) ? shown.order_command_id() : shown.posting().command_id();
    if (!order_waits(shown) && !posting_waits(shown)) {
        return;
    }
    vehicle::CrewRequest request;
    vehicle::AnswerOrder& answer = *request.mutable_answer();
    answer.set_event_id(new_event_id());
    answer.set_command_id(command);
    answer.set_accept(accept);
    answer.set_reason(reason.toStdString());
    keepRequest(std::move(request));
}

void VehicleSocket::report(const wire::PatientFindings& findings) {
    vehicle::CrewRequest request;
    vehicle::ReportFindings& report = *request.mutable_findings();
    report.set_event_id(new_event_id());
    *report.mutable_findings() = findings;
    report.set_incident_id(incident_found(pressedStatus()));
    keepRequest(std::move(request));
}

void VehicleSocket::sendEcg() {
    vehicle::CrewRequest request;
    vehicle::SendEcg& send = *request.mutable_send_ecg();
    send.set_event_id(new_event_id());
    send.set_incident_id(incident_found(pressedStatus()));
    keepRequest(std::move(request));
}

std::optional<std::int64_t> VehicleSocket::orderAgeMs() const {
    return status_.has_order_age_ms() ? std::optional{status_.order_age_ms() + silentMs()}
                                      : std::nullopt;
}

std::int64_t VehicleSocket::ecgSentUs() const {
    return clock_.utc_us() - (std::int64_t{status_.ecg_sent().age_s()} * 1'000 + silentMs()) * 1'000;
}

void VehicleSocket::keepRequest(vehicle::CrewRequest request) {
    const auto added = box_.add(std::move(request), nowMs());
    keep();
    if (!added) {
        emit refused(QString::fromStdString(added.error().detail));
    } else if (!keeps_) {
        emit unkept();
    }
    emit changed();
}

void VehicleSocket::answerAlarm(const std::string& code, vehicle::AnswerAlarm::Action action) {
    if (socket_.state() != QLocalSocket::ConnectedState) {
        emit refused({});
        return;
    }
    vehicle::CrewRequest request;
    vehicle::AnswerAlarm& answer = *request.mutable_alarm();
    answer.set_code(code);
    answer.set_action(action);
    answer.set_author("crew");
    put(std::move(request));
}

void VehicleSocket::setPatientGroup(vehicle::PatientGroup group) {
    if (socket_.state() != QLocalSocket::ConnectedState) {
        emit refused({});
        return;
    }
    vehicle::CrewRequest request;
    request.mutable_patient_group()->set_group(group);
    put(std::move(request));
}

void VehicleSocket::seenChanges() {
    if (socket_.state() != QLocalSocket::ConnectedState) {
        emit refused({});
        return;
    }
    vehicle::CrewRequest request;
    request.mutable_seen_changes();
    put(std::move(request));
}

void VehicleSocket::callPhysician() {
    vehicle::CrewRequest request;
    vehicle::CallPhysician& call = *request.mutable_call();
    call.set_event_id(new_event_id());
    call.set_cancel(physician_called(pressedStatus()));
    keepRequest(std::move(request));
}

void VehicleSocket::callDispatcher(bool cancel) {
    if (socket_.state() != QLocalSocket::ConnectedState) {
        emit refused({});
        return;
    }
    vehicle::CrewRequest request;
    request.mutable_call_dispatcher()->set_cancel(cancel);
    put(std::move(request));
}

void VehicleSocket::talk(vehicle::TalkKey::Key key) {
    if (socket_.state() == QLocalSocket::ConnectedState) {
        vehicle::CrewRequest request;
        request.mutable_talk()->set_key(key);
        put(std::move(request));
    }
}

void VehicleSocket::endOpenLine() {
    if (socket_.state() != QLocalSocket::ConnectedState) {
        emit refused({});
        return;
    }
    vehicle::CrewRequest request;
    request.mutable_talk()->set_close_line(true);
    put(std::move(request));
}

void VehicleSocket::undo() {
    if (box_.undo(nowMs())) {
        keep();
        emit changed();
    }
}

void VehicleSocket::keep() {
    if (box_path_.isEmpty()) {
        return;
    }
    const bool kept = keeps_;
    keeps_ = write();
    written_ms_ = nowMs();
    if (kept && !keeps_) {
        EMS_LOG(error, "crew", "presses are not kept file={}", box_path_.toStdString());
    } else if (!kept && keeps_) {
        EMS_LOG(info, "crew", "presses are kept again file={}", box_path_.toStdString());
    }
}

bool VehicleSocket::write() const {
    QSaveFile file{box_path_};
    const std::string bytes = box_.bytes(machineTime());
    const auto size = static_cast<qint64>(bytes.size());
    return file.open(QIODevice::WriteOnly) && file.write(bytes.data(), size) == size && file.commit();
}

} // namespace ems::terminal
