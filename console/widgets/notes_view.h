// What neighbour regions were asked and said of the selected case, and what desks wrote to it: newest first, each with its time and
// its writer. Hidden while there is neither. The newest note comes with the case; earlier ones are asked for when the case is
// chosen. Of a replayed moment the newest then is shown.
#pragma once

#include "console/widgets/row_list.h"

#include <cstdint>
#include <vector>

namespace ems::console {

class NotesView : public RowList {
    Q_OBJECT
  public:
    // Nothing is asked for while `panel`, in which it lies, is not seen.
    NotesView(Desk& desk, QWidget* panel);
    // The panel has come into sight.
    void follow();

  signals:
    void shownChanged(); // it appeared or went

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;

  private:
    void take(const api::ServerFrame& frame);
    void ask();
    // One row: what was written, by whom and when.
    struct Entry {
        std::int64_t id{0};
        std::int64_t at_us{0};
        QString who;
        QString text;
    };
    [[nodiscard]] const Entry& entryOf(std::size_t row) const; // row 0 is the head
    [[nodiscard]] QString writtenBy(const Entry& entry) const;
    void takeWords(const api::Incident* incident);
    void paintHead(QPainter& p, const QRectF& inner, const QRect& box) const;

    QWidget* panel_;
    std::int64_t incident_id_{0};
    std::uint32_t count_{0};          // that the centre has
    std::vector<api::Note> notes_;    // newest first; fewer than count_ until the rest is here
    std::vector<Entry> words_;        // of neighbours, newest first; their ids are below 0
    std::vector<Entry> entries_;      // as they are shown
    std::uint64_t asked_{0};
    std::int64_t retry_us_{0};        // not before; monotonic
    bool failed_{false};
};

} // namespace ems::console
