#include "console/widgets/part_marks.h"

#include "console/model/ageing.h"
#include "console/theme/symbols.h"
#include "console/widgets/words.h"

#include <algorithm>

#include <QCoreApplication>
#include <QPainter>

namespace ems::console {
namespace {

QString word(const char* text) {
    return QCoreApplication::translate("parts", text);
}

constexpr double kMarkPx = 9;
constexpr double kAfterMark = 6;
constexpr double kAfterName = 6;
constexpr double kBetween = 20;

QString round_trip(const Desk& desk) {
    const auto us = desk.roundTripUs();
    if (!us) {
        return QStringLiteral("—");
    }
    return *us < 1'000 ? word(QT_TRANSLATE_NOOP("parts", "< 1 ms")) : word(QT_TRANSLATE_NOOP("parts", "%1 ms")).arg((*us + 500) / 1'000);
}

QString fresh(const Desk& desk) {
    int count = 0;
    for (const auto& [id, unit] : desk.state().units()) {
        const auto age = desk.state().position_age_ms(id, desk.localUs());
        count += age && *age <= kPositionAge.period_ms ? 1 : 0;
    }
    return word(QT_TRANSLATE_NOOP("parts", "%1 / %2 fresh")).arg(count).arg(desk.state().units().size());
}

void paint_shape(QPainter& p, QPointF middle, PartState state, const QColor& ink) {
    const QRectF box{middle.x() - kMarkPx / 2, middle.y() - kMarkPx / 2, kMarkPx, kMarkPx};
    QPen pen{ink, 1.6};
    p.save();
    p.setRenderHint(QPainter::Antialiasing, state == PartState::lost);
    p.setBrush(Qt::NoBrush);
    switch (state) {
    case PartState::works: p.fillRect(box, ink); break;
    case PartState::degraded:
        pen.setDashPattern({1.5, 1.2});
        p.setPen(pen);
        p.drawRect(box);
        break;
    case PartState::lost:
        p.setPen(pen);
        p.drawLine(box.topLeft(), box.bottomRight());
        p.drawLine(box.topRight(), box.bottomLeft());
        break;
    case PartState::unknown:
        p.setPen(pen);
        p.drawLine(QPointF{box.left(), middle.y()}, QPointF{box.right(), middle.y()});
        break;
    }
    p.restore();
}

bool is_bad(PartState state) {
    return state == PartState::lost || state == PartState::degraded;
}

double wide(const PartMark& mark, const PartMarkLook& look) {
    const Weight weight = is_bad(mark.state) ? Weight::bold : Weight::normal;
    return kMarkPx + kAfterMark + text_width(mark.name, look.px, weight) + 2 +
           (mark.value.isEmpty() ? 0 : kAfterName + text_width(mark.value, look.px, weight) + 2) + kBetween;
}

} // namespace

std::vector<PartMark> part_marks(const Desk& desk, const DegradedParts& parts) {
    const auto state = [&](Part part) { return parts.row(part).state; };
    std::vector<PartMark> out;
    out.push_back({word(QT_TRANSLATE_NOOP("parts", "dispatch service")), round_trip(desk), state(Part::server)});
    if (is_bad(state(Part::orders))) {
        out.push_back({word(QT_TRANSLATE_NOOP("parts", "takes no orders")), {}, state(Part::orders)});
    }
    out.push_back({word(QT_TRANSLATE_NOOP("parts", "broker")), {}, state(Part::broker)});
    // One mark for links and fixes: whoever looks wants to know whether the map can be believed.
    out.push_back({word(QT_TRANSLATE_NOOP("parts", "vehicles")), fresh(desk),
                   is_bad(state(Part::vehicles)) ? state(Part::vehicles) : state(Part::positions)});
    out.push_back({word(QT_TRANSLATE_NOOP("parts", "records")), {}, state(Part::archive)});
    out.push_back({word(QT_TRANSLATE_NOOP("parts", "video and voice")), {}, state(Part::media)});
    const PartRow& clock = parts.row(Part::clock);
    out.push_back({word(QT_TRANSLATE_NOOP("parts", "clock")),
                   clock.state == PartState::unknown ? QString{} : word(QT_TRANSLATE_NOOP("parts", "off by %1 ms")).arg(clock.count), clock.state});
    return out;
}

double paint_part_marks(QPainter& p, const QRectF& room, std::vector<PartMark> marks, const PartMarkLook& look) {
    const auto total = [&] {
        double sum = 0;
        for (const PartMark& mark : marks) {
            sum += wide(mark, look);
        }
        return sum;
    };
    while (total() > room.width()) {
        const auto last = std::find_if(marks.rbegin(), marks.rend(), [](const PartMark& m) { return !is_bad(m.state); });
        if (last == marks.rend()) {
            break;
        }
        marks.erase(std::next(last).base());
    }
    double x = room.left();
    for (const PartMark& mark : marks) {
        const Weight weight = is_bad(mark.state) ? Weight::bold : Weight::normal;
        paint_shape(p, {x + kMarkPx / 2, room.center().y()}, mark.state, look.name);
        double at = x + kMarkPx + kAfterMark;
        const double name = text_width(mark.name, look.px, weight) + 2;
        paint_text(p, {at, room.top(), name, room.height()}, Qt::AlignVCenter, mark.name, look.px, weight, look.name, Elide::none);
        at += name + kAfterName;
        if (!mark.value.isEmpty()) {
            paint_text(p, {at, room.top(), text_width(mark.value, look.px, weight) + 2.0, room.height()}, Qt::AlignVCenter,
                       mark.value, look.px, weight, is_bad(mark.state) ? look.name : look.value, Elide::none);
        }
        x += wide(mark, look);
    }
    return x - room.left();
}

} // namespace ems::console
