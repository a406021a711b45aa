#include "tests/vehicle/terminal/crew_peer.h"

#include <QDir>
#include <QImage>

namespace ems::terminal {

Peer::Peer(const QString& path) : path_(path) {
    QObject::connect(&server_, &QLocalServer::newConnection, &server_, [this] {
        socket_ = server_.nextPendingConnection();
        QObject::connect(socket_, &QLocalSocket::readyRead, socket_, [this] { read(); });
    });
    open();
}

void Peer::open() {
    ASSERT_TRUE(server_.listen(path_)) << server_.errorString().toStdString();
}

void Peer::close() {
    if (socket_ != nullptr) {
        socket_->abort();
    }
    server_.close();
    in_.clear();
}

void Peer::push() {
    vehicle::CrewUpdate update;
    *update.mutable_status() = status;
    send(update);
}

void Peer::pushTrace(const wire::WaveBatch& batch) {
    vehicle::CrewUpdate update;
    *update.mutable_trace() = batch;
    send(update);
}

void Peer::push_levels(int spoken_dbfs, int heard_dbfs) {
    vehicle::CrewUpdate update;
    update.mutable_levels()->set_spoken_dbfs(spoken_dbfs);
    update.mutable_levels()->set_heard_dbfs(heard_dbfs);
    send(update);
}

void Peer::read() {
    in_ += socket_->readAll();
    while (in_.size() >= 4) {
        qsizetype length = 0;
        for (int i = 0; i < 4; ++i) {
            length = length << 8 | static_cast<unsigned char>(in_[i]);
        }
        if (in_.size() < 4 + length) {
            return;
        }
        vehicle::CrewRequest request;
        ASSERT_TRUE(request.ParseFromArray(in_.constData() + 4, static_cast<int>(length)));
        in_.remove(0, 4 + length);
        answer(request);
    }
}

void Peer::answer(const vehicle::CrewRequest& request) {
    vehicle::CrewUpdate reply;
    reply.set_reply_to(request.request());
    if (request.has_press() || request.has_answer() || request.has_alarm() || request.has_call() ||
        request.has_call_dispatcher() || request.has_talk() || request.has_patient_group() ||
        request.has_findings() || request.has_send_ecg() || request.has_reach() ||
        request.has_seen_changes()) {
        taken.push_back(request);
        if (!stores) {
            return;
        }
        if (!refuses.empty()) {
            reply.mutable_refused()->set_reason(refuses);
        } else {
            reply.mutable_stored();
            if (request.has_press()) {
                status.set_state(request.press().state());
            } else if (request.has_answer()) {
                status.set_order_accepted(request.answer().accept());
                status.set_state(wire::UNIT_ACKNOWLEDGED);
            }
        }
    } else {
        trace_asked = request.status().trace();
        *reply.mutable_status() = status;
    }
    send(reply);
}

void Peer::send(const vehicle::CrewUpdate& update) {
    const std::string body = update.SerializeAsString();
    QByteArray frame;
    for (int shift = 24; shift >= 0; shift -= 8) {
        frame.append(static_cast<char>(body.size() >> static_cast<unsigned>(shift) & 0xFFU));
    }
    socket_->write(frame + QByteArray::fromStdString(body));
    socket_->flush();
}

vehicle::StandingAlarm& Peer::addAlarm(const std::string& code, wire::Alarm::Priority priority) {
    vehicle::StandingAlarm& one = *status.add_alarms();
    one.mutable_alarm()->set_code(code);
    one.mutable_alarm()->set_priority(priority);
    one.mutable_alarm()->set_active(true);
    one.set_since_s(22);
    return one;
}

wire::DispatchOrder order() {
    wire::DispatchOrder order;
    order.set_incident_id(34);
    order.set_assignment_id(7);
    order.set_incident_number("0034");
    order.set_level(1);
    order.set_complaint("胸痛 40 min，压榨感，出汗");
    order.set_address("解州镇 郊斜村 小学西 300 m，路北");
    order.set_lat_e7(348'910'000);
    order.set_lon_e7(1'108'310'000);
    order.set_sex("m");
    order.set_age_years(58);
    order.set_note("儿子在 G522 路口接车；高血压 10 年，阿司匹林不过敏");
    order.mutable_destination()->set_name("区医院");
    return order;
}

// Each of them: what a page or a sentence adds must not make the window larger than the screen.
void TerminalTest::shoot(const QString& name) {
    EXPECT_EQ(window_->size(), kScreen) << name.toStdString();
    const QString folder = QStringLiteral(EMS_BINARY_DIR "/console_pictures/");
    QDir{}.mkpath(folder);
    QCoreApplication::processEvents(); // labels take the inks of another palette
    EXPECT_TRUE(window_->grab().save(folder + name));
}

int TerminalTest::pixelsOf(console::Token token) {
    const QImage shown = window_->grab().toImage().convertToFormat(QImage::Format_RGB32);
    const QRgb wanted = theme_.color(token).rgb();
    int count = 0;
    for (int y = 0; y < shown.height(); ++y) {
        for (int x = 0; x < shown.width(); ++x) {
            count += shown.pixel(x, y) == wanted ? 1 : 0;
        }
    }
    return count;
}

} // namespace ems::terminal
