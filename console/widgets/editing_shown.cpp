#include "console/widgets/editing_shown.h"

#include "console/model/editing.h"
#include "console/widgets/words.h"

#include <array>

#include <QPointF>

namespace ems::console {
namespace {

constexpr qsizetype kNameMax = 12; // characters; what else stands in the line has room

QString brief(const std::string& name) {
    const QString whole = qs(name);
    return whole.size() <= kNameMax ? whole : whole.left(kNameMax - 1) + QStringLiteral("…");
}

} // namespace

QString EditingShown::names(const Desk& desk, std::int64_t incident_id) {
    const auto others = others_editing(desk.state(), incident_id, desk.localUs());
    if (others.empty()) {
        return {};
    }
    const api::Editor& first = *others.front();
    QString out = brief(first.display_name().empty() ? first.user() : first.display_name());
    if (!first.seat().empty()) {
        out += QStringLiteral(" (%1)").arg(brief(first.seat()));
    }
    return others.size() == 1 ? out : out + QStringLiteral(" +%1").arg(others.size() - 1);
}

QString EditingShown::text(const Desk& desk, std::int64_t incident_id) {
    const QString who = names(desk, incident_id);
    return who.isEmpty() ? who : tr("%1 editing").arg(who);
}

QString EditingShown::warning(const Desk& desk, std::int64_t incident_id) {
    const QString who = names(desk, incident_id);
    return who.isEmpty() ? who : tr("Also open at %1: the last to write stands").arg(who);
}

// From its point at the lower left to its blunt end at the upper right.
void EditingShown::paintPencil(QPainter& p, const QRectF& box, const QColor& ink) {
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    p.translate(box.topLeft());
    p.scale(box.width() / 14, box.height() / 14);
    p.setPen(Qt::NoPen);
    p.setBrush(ink);
    const std::array<QPointF, 3> point{QPointF{1, 13}, QPointF{2.2, 9.4}, QPointF{4.6, 11.8}};
    const std::array<QPointF, 4> shaft{QPointF{3, 8.6}, QPointF{8.4, 3.2}, QPointF{10.8, 5.6}, QPointF{5.4, 11}};
    const std::array<QPointF, 4> end{QPointF{9.2, 2.4}, QPointF{10.6, 1}, QPointF{13, 3.4}, QPointF{11.6, 4.8}};
    p.drawConvexPolygon(point.data(), static_cast<int>(point.size()));
    p.drawConvexPolygon(shaft.data(), static_cast<int>(shaft.size()));
    p.drawConvexPolygon(end.data(), static_cast<int>(end.size()));
    p.restore();
}

} // namespace ems::console
