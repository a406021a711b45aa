// What was recorded by voice, each entry beside what the server says now and the line that would bring it there. Keys: up and down
// choose; Enter puts the line into the command line, takes a case on paper into the call form, or confirms what the server has;
// Y: it is done; Del drops it, and takes that back, until the list is closed with Esc. Nothing is sent from here.
#pragma once

#include "console/widgets/outage_store.h"
#include "console/widgets/outage_words.h"
#include "console/widgets/row_list.h"

namespace ems::console {

class OutageList : public RowList {
    Q_OBJECT
  public:
    OutageList(Desk& desk, OutageStore& store, QWidget* parent);
    // Chooses the first entry unless one is chosen.
    void begin();
    // Tall enough for what is in it.
    [[nodiscard]] QSize sizeHint() const override;
    // How the chosen entry stands to the server's word; null: none is chosen.
    [[nodiscard]] std::optional<OutageRow> chosenRow() const;

  signals:
    void commandBegun(QString text);
    void callBegun(QString text);
    void closed();

  protected:
    void rebuild() override;
    void paintRow(QPainter& p, const QRect& box, std::size_t index, bool is_current) override;
    [[nodiscard]] QString spokenRow(std::size_t index) const override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    [[nodiscard]] OutageRow compare(const OutageEntry& entry) const;
    [[nodiscard]] QString enterDoes(const OutageEntry& entry, const OutageRow& row) const;
    void takeUp(const OutageEntry& entry);
    void finish(std::int64_t id);
    void paintHead(QPainter& p, const QRect& box) const;
    void paintCaptions(QPainter& p, const QRect& box) const;

    OutageStore& store_;
    CommandWords words_;
};

} // namespace ems::console
