// The quiet row of marks that says how the parts of the centre are: dispatch service with its round trip, broker, vehicles
// whose data are fresh, records, media, clock. Each is shape and words: a filled square works, a dashed one is degraded, a
// cross is gone, a dash is not known here. The strip of a desk and the foot of the wall paint the same.
#pragma once

#include "console/model/degraded.h"
#include "console/widgets/desk.h"

#include <vector>

#include <QColor>
#include <QRectF>
#include <QString>

class QPainter;

namespace ems::console {

struct PartMark {
    QString name;
    QString value; // empty: its shape says it
    PartState state{PartState::unknown};
};
// Of a desk that is live, in a fixed order.
[[nodiscard]] std::vector<PartMark> part_marks(const Desk& desk, const DegradedParts& parts);

struct PartMarkLook {
    int px{13};
    QColor name;
    QColor value;
};
// Those that work give way, the last first, where the room has no place for all. Returns the width that was used.
double paint_part_marks(QPainter& p, const QRectF& room, std::vector<PartMark> marks, const PartMarkLook& look);

} // namespace ems::console
