<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>ems::console::AdvisoryView</name>
    <message>
        <source>ECG advisory</source>
        <translation>心电提示</translation>
    </message>
    <message>
        <source>measured %1 ago</source>
        <translation>%1前测量</translation>
    </message>
</context>
<context>
    <name>ems::console::AlarmBar</name>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>high</source>
        <translation>高</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>中</translation>
    </message>
    <message>
        <source>low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>screen stopped at %1</source>
        <translation>画面停在 %1</translation>
    </message>
    <message>
        <source>attempt %1; dispatch by telephone or radio</source>
        <translation>第 %1 次重连；请用电话或电台派车</translation>
    </message>
    <message>
        <source>delay %1</source>
        <translation>延时 %1</translation>
    </message>
    <message>
        <source>ended, not acknowledged</source>
        <translation>已恢复，待确认</translation>
    </message>
    <message>
        <source>%1 %2 acknowledged</source>
        <translation>%1 %2 已确认</translation>
    </message>
    <message>
        <source>technical</source>
        <translation>技术</translation>
    </message>
    <message>
        <source>EMS 120</source>
        <translation>盐湖 120</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>%1 earlier alarms put away</source>
        <translation>断开前报警 %1 条已收起</translation>
    </message>
    <message>
        <source>%1 shelved</source>
        <translation>已搁置 %1</translation>
    </message>
    <message>
        <source>+%1 Shift+F8</source>
        <translation>+%1 Shift+F8</translation>
    </message>
    <message>
        <source>at this desk only</source>
        <translation>仅本席确认</translation>
    </message>
    <message>
        <source>Not this desk&apos;s alarm: acknowledge it in the list, Shift+F8</source>
        <translation>非本席报警：请在列表中逐条确认，Shift+F8</translation>
    </message>
    <message>
        <source>no longer watched</source>
        <translation>已无监测，待确认</translation>
    </message>
    <message>
        <source>%1 times, %2 to %3</source>
        <translation>%1 次，%2 至 %3</translation>
    </message>
    <message>
        <source>follows from the lost contact</source>
        <translation>由失联引起</translation>
    </message>
    <message>
        <source>ended, kept in view</source>
        <translation>已恢复，观察中</translation>
    </message>
    <message>
        <source>Audio paused %1</source>
        <translation>音频暂停 %1</translation>
    </message>
    <message>
        <source>Pause audio</source>
        <translation>音频暂停</translation>
    </message>
    <message>
        <source>alarm flood: %1 in 10 min</source>
        <translation>报警泛滥：10 min 内 %1 条</translation>
    </message>
    <message>
        <source>%1 alarms off</source>
        <translation>报警关闭 %1 条</translation>
    </message>
</context>
<context>
    <name>ems::console::AlarmListView</name>
    <message>
        <source>All alarms</source>
        <translation>全部报警</translation>
    </message>
    <message>
        <source>All alarms %1</source>
        <translation>全部报警 %1</translation>
    </message>
    <message>
        <source>%1 more had no room</source>
        <translation>另有 %1 条未能列入</translation>
    </message>
    <message>
        <source>put away until %1 by %2: %3</source>
        <translation>搁置至 %1 · %2：%3</translation>
    </message>
    <message>
        <source>No alarm</source>
        <translation>无报警</translation>
    </message>
    <message>
        <source>↑ ↓ choose&#x3000;F8 acknowledge&#x3000;G put away&#x3000;Z bring back&#x3000;L load&#x3000;Esc close</source>
        <translation>↑ ↓ 选择&#x3000;F8 确认&#x3000;G 搁置&#x3000;Z 取回&#x3000;L 负荷&#x3000;Esc 关闭</translation>
    </message>
    <message>
        <source>O alarms of its number off or on</source>
        <translation>O 关闭/恢复该参数报警</translation>
    </message>
</context>
<context>
    <name>ems::terminal::AlarmPage</name>
    <message>
        <source>Pause all sounds 2 min</source>
        <translation>音频暂停 2 min</translation>
    </message>
    <message>
        <source>All sounds on again</source>
        <translation>恢复全部声音</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>no alarm stands on board</source>
        <translation>车上无报警</translation>
    </message>
    <message>
        <source>over, to be acknowledged</source>
        <translation>已恢复，待确认</translation>
    </message>
    <message>
        <source>sounds again in %1 s</source>
        <translation>%1 s 后恢复声音</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>已持续 %1</translation>
    </message>
    <message>
        <source>%1 more, less urgent</source>
        <translation>另有 %1 条，级别较低</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>字号</translation>
    </message>
    <message>
        <source>%1 %, press for %2 %</source>
        <translation>%1 %，点按为 %2 %</translation>
    </message>
</context>
<context>
    <name>ems::console::AlarmReasonView</name>
    <message>
        <source>Why the alarm came and what to do</source>
        <translation>报警原因与处置</translation>
    </message>
    <message>
        <source>No alarm is chosen</source>
        <translation>未选报警</translation>
    </message>
    <message>
        <source>↑ ↓ choose one</source>
        <translation>↑ ↓ 选择</translation>
    </message>
    <message>
        <source>Nothing more is known of it</source>
        <translation>无更多说明</translation>
    </message>
    <message>
        <source>each desk</source>
        <translation>各席</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>act within %1 · answered by: %2</source>
        <translation>%1 内处置 · 负责：%2</translation>
    </message>
    <message>
        <source>Why it came</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>What follows</source>
        <translation>后果</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>处置</translation>
    </message>
    <message>
        <source>Alarm load of this seat</source>
        <translation>本席报警负荷</translation>
    </message>
    <message>
        <source>nobody has logged in</source>
        <translation>尚未登录</translation>
    </message>
    <message>
        <source>%1 % (%2), target %3 %</source>
        <translation>%1 %（%2 条），目标 %3 %</translation>
    </message>
    <message>
        <source>since %1, %2 alarms asked for it</source>
        <translation>自 %1 起，报警 %2 条</translation>
    </message>
    <message>
        <source>In the last 10 min</source>
        <translation>最近 10 min</translation>
    </message>
    <message>
        <source>%1; more than 10 are a flood</source>
        <translation>%1 条；超过 10 条为泛滥</translation>
    </message>
    <message>
        <source>Mean in 10 min</source>
        <translation>平均每 10 min</translation>
    </message>
    <message>
        <source>%1, target %2 at most</source>
        <translation>%1 条，目标不超过 %2</translation>
    </message>
    <message>
        <source>Most in 10 min</source>
        <translation>最多 10 min</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 条，%2</translation>
    </message>
    <message>
        <source>Floods</source>
        <translation>泛滥</translation>
    </message>
    <message>
        <source>%1, in all %2</source>
        <translation>%1 次，共 %2</translation>
    </message>
    <message>
        <source>%1, in all %2, one since %3</source>
        <translation>%1 次，共 %2，当前自 %3</translation>
    </message>
    <message>
        <source>High</source>
        <translation>高</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>中</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>Standing</source>
        <translation>持续中</translation>
    </message>
    <message>
        <source>%1, not acknowledged %2, shelved %3, alarms off %7, for more than 24 h %4, chattering %5, consequences %6</source>
        <translation>%1 条，未确认 %2，搁置 %3，报警关闭 %7，超过 24 h %4，反复 %5，由失联引起 %6</translation>
    </message>
</context>
<context>
    <name>ems::terminal::AlarmStrip</name>
    <message>
        <source>over, to be acknowledged</source>
        <translation>已恢复，待确认</translation>
    </message>
    <message>
        <source>as of %1 ago</source>
        <translation>%1 前所见</translation>
    </message>
    <message>
        <source>alarms not known: the vehicle computer is silent</source>
        <translation>报警不明：车载主机无应答</translation>
    </message>
    <message>
        <source>no alarm on board</source>
        <translation>车上无报警</translation>
    </message>
</context>
<context>
    <name>ems::console::CallForm</name>
    <message>
        <source>Call form</source>
        <translation>受理单</translation>
    </message>
    <message>
        <source>Caller&apos;s telephone</source>
        <translation>主叫电话</translation>
    </message>
    <message>
        <source>Patient&apos;s name</source>
        <translation>患者姓名</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>核实</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>定位</translation>
    </message>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>年龄</translation>
    </message>
    <message>
        <source>years</source>
        <translation>岁</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>主诉</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Open case</source>
        <translation>立案</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>Case %1 opened</source>
        <translation>事件 %1 已立案</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>主叫</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Opened %1 · %2 · sent field by field</source>
        <translation>立案 %1 · %2 · 改动离开栏目即上传</translation>
    </message>
    <message>
        <source>open</source>
        <translation>待派</translation>
    </message>
    <message>
        <source>unit sent</source>
        <translation>已派车</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>Answered %1 · for %2</source>
        <translation>摘机 %1 · 已 %2</translation>
    </message>
    <message>
        <source>sealed</source>
        <translation>已加密</translation>
    </message>
    <message>
        <source>F3, or double click on the map</source>
        <translation>F3，或双击地图</translation>
    </message>
    <message>
        <source>Call form %1</source>
        <translation>受理单 %1</translation>
    </message>
    <message>
        <source>stored here %1</source>
        <translation>已存 %1</translation>
    </message>
    <message>
        <source>name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>telephone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>No place of the map is named in the address</source>
        <translation>地址中没有图上的地名</translation>
    </message>
    <message>
        <source>Position taken from %1</source>
        <translation>定位取自 %1</translation>
    </message>
    <message>
        <source>Missing: %1</source>
        <translation>缺：%1</translation>
    </message>
    <message>
        <source>position</source>
        <translation>定位</translation>
    </message>
    <message>
        <source>level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>complaint</source>
        <translation>主诉</translation>
    </message>
    <message>
        <source>Not connected: stored on this machine, press again when connected</source>
        <translation>未连接：已存本机，连上后请重按</translation>
    </message>
    <message>
        <source>The form could not be stored on this machine</source>
        <translation>受理单未能存到本机</translation>
    </message>
    <message>
        <source>Form of an unfinished call restored</source>
        <translation>已恢复未完成的受理单</translation>
    </message>
    <message>
        <source>server takes no orders</source>
        <translation>服务器不受理</translation>
    </message>
    <message>
        <source>No answer: press again, the case is opened only once</source>
        <translation>无应答：请再按一次，事件只会建立一次</translation>
    </message>
    <message>
        <source>%1 put aside (Shift+F2)</source>
        <translation>另存 %1 张（Shift+F2）</translation>
    </message>
    <message>
        <source>The last call is being sent</source>
        <translation>上一来电正在发送</translation>
    </message>
    <message>
        <source>Too many unfinished calls are put aside</source>
        <translation>未完成的受理单过多</translation>
    </message>
    <message>
        <source>No unfinished call is put aside</source>
        <translation>没有未完成的受理单</translation>
    </message>
    <message>
        <source>Sent, no answer yet</source>
        <translation>已发送，等待应答</translation>
    </message>
    <message>
        <source>In years; of an infant in months: 8m</source>
        <translation>按岁填写；婴儿按月：8月</translation>
    </message>
    <message>
        <source>A change that was not sent stands in its case</source>
        <translation>有一处修改尚未送出，见该病例的受理单</translation>
    </message>
    <message>
        <source>Not connected: the change goes when the centre is there again</source>
        <translation>未连接：恢复连接后自动送出此修改</translation>
    </message>
    <message>
        <source>This change was not sent: leave its field to send it, empty it to take it back</source>
        <translation>此修改尚未送出：离开该栏即送出，清空该栏即放弃</translation>
    </message>
    <message>
        <source>A change of case %1 was not taken: choose the case</source>
        <translation>病例 %1 的修改未被接受：请选中该病例</translation>
    </message>
    <message>
        <source>The centre has: %1 · %2. Leave the field to send yours, empty it to take theirs</source>
        <translation>中心现为：%1 · %2。离开该栏送出本席内容，清空则采用中心内容</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Note %1 · %2 · %3</source>
        <translation>备注 %1 · %2 · %3</translation>
    </message>
    <message>
        <source> (%1 in all, F9)</source>
        <translation>（共 %1 条，F9）</translation>
    </message>
    <message>
        <source>No earlier call of this number</source>
        <translation>该号码无历史呼叫</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>case %1 is open · Ctrl+J</source>
        <translation>事件 %1 未结 · Ctrl+J</translation>
    </message>
    <message>
        <source>%1 earlier · Ctrl+J</source>
        <translation>历史 %1 次 · Ctrl+J</translation>
    </message>
    <message>
        <source>Case %1 of this number is open: once this one is opened, HB merges it</source>
        <translation>该号码的事件 %1 未结：立案后用 HB 合并</translation>
    </message>
    <message>
        <source>Place taken over from case %1</source>
        <translation>地点取自事件 %1</translation>
    </message>
    <message>
        <source>It was sent as a case and has no answer yet</source>
        <translation>已作为事件发出，尚无应答</translation>
    </message>
    <message>
        <source>Case %1 opened · HB merges it into %2</source>
        <translation>已立案 %1 · HB 并入 %2</translation>
    </message>
    <message>
        <source>Call dropped, kept as %1</source>
        <translation>未立案呼叫已记录为 %1</translation>
    </message>
    <message>
        <source>the call put aside, Shift+F2</source>
        <translation>搁置的呼叫，Shift+F2</translation>
    </message>
    <message>
        <source>No answer for the call put aside: Shift+F2, then press again</source>
        <translation>搁置的呼叫无应答：Shift+F2 取回后再按一次</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Number not shown: no server</source>
        <translation>未显示号码：服务器未连接</translation>
    </message>
    <message>
        <source>The centre is asked for the number</source>
        <translation>正在向中心查询号码</translation>
    </message>
    <message>
        <source>Number not shown: %1</source>
        <translation>未显示号码：%1</translation>
    </message>
    <message>
        <source>Ctrl+I number</source>
        <translation>Ctrl+I 看号码</translation>
    </message>
    <message>
        <source>Centre: %1 · leave to send yours, empty for theirs</source>
        <translation>中心现为：%1 · 离开即发送所写，清空则取中心的</translation>
    </message>
    <message>
        <source>Number not shown: the case has ended</source>
        <translation>未显示号码：事件已结束</translation>
    </message>
    <message>
        <source>A case ended: unsent number or name deleted</source>
        <translation>有事件已结束：未送出的号码姓名已删除</translation>
    </message>
    <message>
        <source>Case %1 ended: unsent number or name deleted</source>
        <translation>事件 %1 已结束：未送出的号码姓名已删除</translation>
    </message>
</context>
<context>
    <name>ems::console::CallerList</name>
    <message>
        <source>open</source>
        <translation>待派</translation>
    </message>
    <message>
        <source>unit sent</source>
        <translation>已派车</translation>
    </message>
    <message>
        <source>nobody served it</source>
        <translation>未派车结束</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>已结案</translation>
    </message>
    <message>
        <source>Earlier calls of this number</source>
        <translation>该号码的历史呼叫</translation>
    </message>
    <message>
        <source>↑ ↓ choose · Enter takes the place over · Esc closes</source>
        <translation>↑ ↓ 选择 · Enter 取用地点 · Esc 关闭</translation>
    </message>
</context>
<context>
    <name>ems::console::CasePicker</name>
    <message>
        <source>Cases of the past</source>
        <translation>以往事件</translation>
    </message>
    <message>
        <source>%1 · not connected</source>
        <translation>%1 · 未连接</translation>
    </message>
    <message>
        <source>%1 · is being fetched</source>
        <translation>%1 · 正在读取</translation>
    </message>
    <message>
        <source>%1 · %2 cases · ← → another day</source>
        <translation>%1 · %2 件 · ← → 换日期</translation>
    </message>
</context>
<context>
    <name>ems::terminal::ChangesPage</name>
    <message>
        <source>Read, this counts</source>
        <translation>已读，以此为准</translation>
    </message>
    <message>
        <source>The link was away for %1. Meanwhile the centre changed:</source>
        <translation>链路中断 %1，其间中心有变更：</translation>
    </message>
    <message>
        <source>What you pressed and entered is at the centre, each with its own time.</source>
        <translation>本车按键和记录已全部送达中心，各按其时间计。</translation>
    </message>
    <message>
        <source>%1 of your presses and entries are still on their way to the centre.</source>
        <translation>本车还有 %1 条按键和记录正在送往中心。</translation>
    </message>
    <message>
        <source>The centre changed:</source>
        <translation>中心有变更：</translation>
    </message>
</context>
<context>
    <name>ems::console::CommandBar</name>
    <message>
        <source>Command line</source>
        <translation>命令行</translation>
    </message>
    <message>
        <source>Done: %1</source>
        <translation>已执行：%1</translation>
    </message>
    <message>
        <source>Refused: %1 — %2</source>
        <translation>被拒绝：%1 — %2</translation>
    </message>
    <message>
        <source>Not possible: %1</source>
        <translation>不能执行：%1</translation>
    </message>
    <message>
        <source>Not sent: it had changed to: %1</source>
        <translation>未发送：内容已变为：%1</translation>
    </message>
    <message>
        <source>Sent: %1</source>
        <translation>已发送：%1</translation>
    </message>
    <message>
        <source>Changed: </source>
        <translation>已变化：</translation>
    </message>
    <message>
        <source>Will do: </source>
        <translation>将执行：</translation>
    </message>
    <message>
        <source>Enter do&#x3000;Tab complete&#x3000;↑ former</source>
        <translation>Enter 执行&#x3000;Tab 补全&#x3000;↑ 历史</translation>
    </message>
    <message>
        <source>The line could not be kept on this machine</source>
        <translation>命令行未能存到本机</translation>
    </message>
</context>
<context>
    <name>ems::console::ConnectionView</name>
    <message>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
</context>
<context>
    <name>ems::console::ConnectionWindow</name>
    <message>
        <source>Connection to the centre</source>
        <translation>与中心的连接</translation>
    </message>
    <message>
        <source>This machine&apos;s clock is %1 s behind the server&apos;s</source>
        <translation>本机时钟比服务器慢 %1 秒</translation>
    </message>
    <message>
        <source>This machine&apos;s clock is %1 s ahead of the server&apos;s</source>
        <translation>本机时钟比服务器快 %1 秒</translation>
    </message>
</context>
<context>
    <name>ems::console::ConnectionWords</name>
    <message>
        <source>this desk&apos;s certificate</source>
        <translation>本席位证书</translation>
    </message>
    <message>
        <source>server&apos;s name</source>
        <translation>服务器名称</translation>
    </message>
    <message>
        <source>network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>certificates</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>dispatch service</source>
        <translation>调度服务</translation>
    </message>
    <message>
        <source>log-in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>leads, shows its state</source>
        <translation>主用，给出状态</translation>
    </message>
    <message>
        <source>No answer in time</source>
        <translation>未按时应答</translation>
    </message>
    <message>
        <source>“%1” is not HOST:PORT</source>
        <translation>“%1”不是“地址:端口”</translation>
    </message>
    <message>
        <source>This name has no address</source>
        <translation>此名称没有地址</translation>
    </message>
    <message>
        <source>The machine is there, but no dispatch server runs on it</source>
        <translation>主机在，但其上没有运行调度服务</translation>
    </message>
    <message>
        <source>There is no way to this machine</source>
        <translation>到此主机没有网络通路</translation>
    </message>
    <message>
        <source>The other side hung up</source>
        <translation>对方断开</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not of this centre&apos;s authority</source>
        <translation>服务器证书不是本中心签发的</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is for another name</source>
        <translation>服务器证书写的是另一个名称</translation>
    </message>
    <message>
        <source>The server&apos;s certificate has expired</source>
        <translation>服务器证书已过期</translation>
    </message>
    <message>
        <source>The server&apos;s certificate is not valid yet</source>
        <translation>服务器证书尚未生效</translation>
    </message>
    <message>
        <source>This desk&apos;s certificate has expired</source>
        <translation>本席位证书已过期</translation>
    </message>
    <message>
        <source>The server refuses this desk&apos;s certificate</source>
        <translation>服务器拒绝本席位证书</translation>
    </message>
    <message>
        <source>What answers there is not a dispatch server</source>
        <translation>应答的不是调度服务器</translation>
    </message>
    <message>
        <source>Nothing was heard from it for 4 s</source>
        <translation>已 4 秒收不到它的信息</translation>
    </message>
    <message>
        <source>One of the two is a drill: this desk has shown the other world</source>
        <translation>一方为演练：本席已显示另一环境，不能接入</translation>
    </message>
    <message>
        <source>Type user and password again; a locked account is opened by the administrator (ems-admin)</source>
        <translation>请重新输入用户和密码；账户锁定由管理员解除（ems-admin）</translation>
    </message>
    <message>
        <source>pki.ca, pki.certificate and pki.key of the configuration name the files; ems-admin pki issue makes them</source>
        <translation>配置中 pki.ca、pki.certificate、pki.key 指定这些文件；由 ems-admin pki issue 生成</translation>
    </message>
    <message>
        <source>Write the address and the port, for example 10.0.0.5:8443</source>
        <translation>请写地址和端口，例如 10.0.0.5:8443</translation>
    </message>
    <message>
        <source>Look for a typing mistake, or write the address in digits</source>
        <translation>请检查是否输错，或直接写数字地址</translation>
    </message>
    <message>
        <source>Is it the right port? On the server: systemctl status ems-dispatchd</source>
        <translation>端口对吗？在服务器上查看：systemctl status ems-dispatchd</translation>
    </message>
    <message>
        <source>Is the network cable in? Can another desk reach the server? A firewall may be in the way</source>
        <translation>网线插好了吗？其他席位能连上吗？也可能被防火墙挡住</translation>
    </message>
    <message>
        <source>Is this machine&apos;s clock right? Else ems-admin pki issue makes a new certificate</source>
        <translation>本机时钟对吗？若对，用 ems-admin pki issue 签发新证书</translation>
    </message>
    <message>
        <source>Do not go on: this may be another centre&apos;s server, or somebody between. Tell the administrator</source>
        <translation>请勿继续：可能是其他中心的服务器，或可能遭中间人冒充。请告知管理员</translation>
    </message>
    <message>
        <source>It may have been revoked. The administrator issues another one</source>
        <translation>可能已被吊销，请管理员重新签发</translation>
    </message>
    <message>
        <source>Is it the right port?</source>
        <translation>端口对吗？</translation>
    </message>
    <message>
        <source>Start another console for it; take it out of server.addresses here</source>
        <translation>请另开工作台接入；并从本机 server.addresses 中去除</translation>
    </message>
    <message>
        <source>The desk goes on asking; another server may lead</source>
        <translation>席位会继续询问；可能另一台服务器为主用</translation>
    </message>
    <message>
        <source>The desk goes on trying by itself</source>
        <translation>席位会自动继续重试</translation>
    </message>
</context>
<context>
    <name>ems::console::EcgPageView</name>
    <message>
        <source>Frozen twelve-lead ECG</source>
        <translation>冻结的 12 导联心电图</translation>
    </message>
    <message>
        <source>SIMULATED SIGNAL</source>
        <translation>模拟信号</translation>
    </message>
    <message>
        <source>calipers off</source>
        <translation>收起卡尺</translation>
    </message>
    <message>
        <source>calipers</source>
        <translation>卡尺</translation>
    </message>
    <message>
        <source>move the mark 10 ms</source>
        <translation>标线移 10 ms</translation>
    </message>
    <message>
        <source>scroll</source>
        <translation>滚动</translation>
    </message>
    <message>
        <source>by one sample</source>
        <translation>移一个采样点</translation>
    </message>
    <message>
        <source>to the next beat</source>
        <translation>移到下一个心搏</translation>
    </message>
    <message>
        <source>another lead</source>
        <translation>换导联</translation>
    </message>
    <message>
        <source>the other mark</source>
        <translation>换另一标线</translation>
    </message>
    <message>
        <source>monitor band</source>
        <translation>监护带宽</translation>
    </message>
    <message>
        <source>diagnostic band</source>
        <translation>诊断带宽</translation>
    </message>
    <message>
        <source>print to PDF</source>
        <translation>打印为 PDF</translation>
    </message>
    <message>
        <source>live again</source>
        <translation>返回实时</translation>
    </message>
    <message>
        <source>Lead</source>
        <translation>导联</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>心率</translation>
    </message>
    <message>
        <source>%1 /min</source>
        <translation>%1 次/分</translation>
    </message>
    <message>
        <source>Ctrl+S Ctrl+G</source>
        <translation>Ctrl+S Ctrl+G</translation>
    </message>
    <message>
        <source>speed, gain</source>
        <translation>走速、增益</translation>
    </message>
    <message>
        <source>%1  not the standard</source>
        <translation>%1  非标准</translation>
    </message>
    <message>
        <source>3×4+1 consecutive</source>
        <translation>3×4+1 时间连续</translation>
    </message>
    <message>
        <source>3×4+1 simultaneous</source>
        <translation>3×4+1 同步</translation>
    </message>
    <message>
        <source>6×2+1 consecutive</source>
        <translation>6×2+1 时间连续</translation>
    </message>
    <message>
        <source>12×1 simultaneous</source>
        <translation>12×1 同步</translation>
    </message>
    <message>
        <source>record %1 s</source>
        <translation>记录 %1 s</translation>
    </message>
</context>
<context>
    <name>ems::console::EcgSentView</name>
    <message>
        <source>ECG that the crew sent</source>
        <translation>车组发送的心电图</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>%1 前</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>From the crew</source>
        <translation>车组发送</translation>
    </message>
    <message>
        <source>Ctrl+E open</source>
        <translation>Ctrl+E 打开</translation>
    </message>
    <message>
        <source>%1 leads</source>
        <translation>%1 导联</translation>
    </message>
</context>
<context>
    <name>ems::console::EcgStrip</name>
    <message>
        <source>Live ECG, lead II</source>
        <translation>实时心电，II 导联</translation>
    </message>
    <message>
        <source>the trace runs</source>
        <translation>波形走动中</translation>
    </message>
    <message>
        <source>live, the page below stands</source>
        <translation>实时 · 下方为静态页</translation>
    </message>
</context>
<context>
    <name>ems::console::EcgSweep</name>
    <message>
        <source>Live ECG, twelve leads</source>
        <translation>12 导联实时心电</translation>
    </message>
    <message>
        <source>lead off</source>
        <translation>脱落</translation>
    </message>
    <message>
        <source>No unit on this case</source>
        <translation>此事件尚无车组</translation>
    </message>
    <message>
        <source>No ECG received yet</source>
        <translation>尚未收到心电</translation>
    </message>
    <message>
        <source>× ECG stopped for %1 s</source>
        <translation>× 心电已停 %1 s</translation>
    </message>
    <message>
        <source>monitor %1 Hz, not for ST</source>
        <translation>监护 %1 Hz，不可判读ST</translation>
    </message>
    <message>
        <source>diagnostic %1 Hz</source>
        <translation>诊断 %1 Hz</translation>
    </message>
    <message>
        <source>%1 Hz, not of diagnostic quality</source>
        <translation>%1 Hz，非诊断质量</translation>
    </message>
    <message>
        <source>50 Hz notch</source>
        <translation>50 Hz 陷波</translation>
    </message>
    <message>
        <source>no notch</source>
        <translation>无陷波</translation>
    </message>
    <message>
        <source>mm nominal</source>
        <translation>毫米未校准</translation>
    </message>
    <message>
        <source>%1  not the standard</source>
        <translation>%1  非标准</translation>
    </message>
    <message>
        <source>no filter</source>
        <translation>未滤波</translation>
    </message>
    <message>
        <source>the trace runs, %1</source>
        <translation>波形正常走动，%1</translation>
    </message>
</context>
<context>
    <name>ems::console::EditingShown</name>
    <message>
        <source>%1 editing</source>
        <translation>%1 正在修改</translation>
    </message>
    <message>
        <source>Also open at %1: the last to write stands</source>
        <translation>%1 也打开着本事件：以最后写入者为准</translation>
    </message>
</context>
<context>
    <name>ems::console::FallbackView</name>
    <message>
        <source>Units as last known</source>
        <translation>车组最后所知</translation>
    </message>
    <message>
        <source>Dispatch by telephone or radio, record it afterwards</source>
        <translation>改用电话或电台派车，事后补录</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>Last state</source>
        <translation>最后状态</translation>
    </message>
    <message>
        <source>Last position</source>
        <translation>最后位置</translation>
    </message>
    <message>
        <source>Position at</source>
        <translation>位置时刻</translation>
    </message>
    <message>
        <source>Nearest village</source>
        <translation>最近村庄</translation>
    </message>
    <message>
        <source>No recommendation: positions are old. Last known below, verify before sending. Ctrl+R records who was sent and what was said; the server is compared with it afterwards.</source>
        <translation>推荐已停用：位置不再更新。下表为断开前最后所知，先核实再派。Ctrl+R 记下派了谁、说了什么，恢复后与服务器逐条比对。</translation>
    </message>
</context>
<context>
    <name>ems::console::FindingWords</name>
    <message>
        <source>Age</source>
        <translation>年龄</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Consciousness</source>
        <translation>意识</translation>
    </message>
    <message>
        <source>GCS eyes</source>
        <translation>GCS 睁眼</translation>
    </message>
    <message>
        <source>GCS verbal</source>
        <translation>GCS 语言</translation>
    </message>
    <message>
        <source>GCS motor</source>
        <translation>GCS 运动</translation>
    </message>
    <message>
        <source>Oxygen</source>
        <translation>吸氧</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>体温</translation>
    </message>
    <message>
        <source>Pain</source>
        <translation>疼痛</translation>
    </message>
    <message>
        <source>Glucose</source>
        <translation>血糖</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>主诉</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>A alert</source>
        <translation>A 清醒</translation>
    </message>
    <message>
        <source>C confused</source>
        <translation>C 新发意识混乱</translation>
    </message>
    <message>
        <source>V to voice</source>
        <translation>V 呼唤有反应</translation>
    </message>
    <message>
        <source>P to pain</source>
        <translation>P 疼痛有反应</translation>
    </message>
    <message>
        <source>U unresponsive</source>
        <translation>U 无反应</translation>
    </message>
    <message>
        <source>air</source>
        <translation>空气</translation>
    </message>
    <message>
        <source>%1 not testable</source>
        <translation>%1 无法评估</translation>
    </message>
    <message>
        <source>%1 months</source>
        <translation>%1 个月</translation>
    </message>
    <message>
        <source>%1 years</source>
        <translation>%1 岁</translation>
    </message>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>Last seen well</source>
        <translation>末次正常</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>体重</translation>
    </message>
    <message>
        <source>about %1 kg</source>
        <translation>约 %1 kg</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚才</translation>
    </message>
    <message>
        <source>%1 h ago</source>
        <translation>%1 小时前</translation>
    </message>
    <message>
        <source>%1 min ago</source>
        <translation>%1 分钟前</translation>
    </message>
    <message>
        <source>%1 (said %2)</source>
        <translation>%1（%2 报）</translation>
    </message>
</context>
<context>
    <name>ems::terminal::FormPage</name>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>to be entered</source>
        <translation>待填</translation>
    </message>
    <message>
        <source>years</source>
        <translation>岁</translation>
    </message>
    <message>
        <source>months</source>
        <translation>个月</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>withdrawn %1</source>
        <translation>%1 撤回</translation>
    </message>
    <message>
        <source>Another time</source>
        <translation>其他时间</translation>
    </message>
    <message>
        <source>time of day</source>
        <translation>几点几分</translation>
    </message>
    <message>
        <source>hours ago</source>
        <translation>小时前</translation>
    </message>
</context>
<context>
    <name>ems::console::FoundView</name>
    <message>
        <source>Crew found</source>
        <translation>车组所见</translation>
    </message>
</context>
<context>
    <name>ems::terminal::HeaderBar</name>
    <message>
        <source>vehicle computer silent %1 s</source>
        <translation>车载主机无应答 %1 s</translation>
    </message>
    <message>
        <source>waiting for the vehicle computer</source>
        <translation>等待车载主机</translation>
    </message>
    <message>
        <source>centre connected</source>
        <translation>■ 指挥中心已连接</translation>
    </message>
    <message>
        <source>no link to the centre</source>
        <translation>× 与指挥中心断开</translation>
    </message>
    <message>
        <source>%1 records kept to be sent</source>
        <translation>已存 %1 条待传</translation>
    </message>
    <message>
        <source>position good</source>
        <translation>定位正常</translation>
    </message>
    <message>
        <source>no position</source>
        <translation>无定位</translation>
    </message>
    <message>
        <source>disk fails: do not cut the power</source>
        <translation>存储故障：勿断电</translation>
    </message>
    <message>
        <source>%1 presses wait</source>
        <translation>%1 次操作待存</translation>
    </message>
    <message>
        <source>%1 presses wait, not stored here</source>
        <translation>%1 次操作待存，本机未存盘</translation>
    </message>
</context>
<context>
    <name>ems::console::HelpView</name>
    <message>
        <source>Keys and verbs</source>
        <translation>按键与命令</translation>
    </message>
    <message>
        <source>verify the address</source>
        <translation>核实地址</translation>
    </message>
    <message>
        <source>send; Shift+F4 one more unit</source>
        <translation>派车；Shift+F4 增派</translation>
    </message>
    <message>
        <source>recommend again</source>
        <translation>重新推荐</translation>
    </message>
    <message>
        <source>unit board</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>timeline</source>
        <translation>时间轴</translation>
    </message>
    <message>
        <source>command line</source>
        <translation>命令行</translation>
    </message>
    <message>
        <source>choose a candidate</source>
        <translation>选候选车组</translation>
    </message>
    <message>
        <source>open the case</source>
        <translation>立案</translation>
    </message>
    <message>
        <source>audio paused for 120 s</source>
        <translation>音频暂停 120 s</translation>
    </message>
    <message>
        <source>over the monitors, back into one window</source>
        <translation>铺到各显示器，收回一个窗口</translation>
    </message>
    <message>
        <source>map: district, zoom, pan</source>
        <translation>地图：全区、缩放、移动</translation>
    </message>
    <message>
        <source>Units: Enter</source>
        <translation>车组：Enter</translation>
    </message>
    <message>
        <source>what can be done with the unit</source>
        <translation>对该车组可做的操作</translation>
    </message>
    <message>
        <source>Units: Y N</source>
        <translation>车组：Y N</translation>
    </message>
    <message>
        <source>answer what a fence suggests</source>
        <translation>答复围栏提示</translation>
    </message>
    <message>
        <source>Units: letters</source>
        <translation>车组：字母</translation>
    </message>
    <message>
        <source>begin a command with the unit, e.g. C, H, G, S</source>
        <translation>以该车组起一条命令，如 C、H、G、S</translation>
    </message>
    <message>
        <source>leave a field, keep its text</source>
        <translation>离开栏目，保留文字</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Command line</source>
        <translation>命令行</translation>
    </message>
    <message>
        <source>Command line, continued</source>
        <translation>命令行（续）</translation>
    </message>
    <message>
        <source>freeze the ECG, print its page</source>
        <translation>冻结心电图，打印该页</translation>
    </message>
    <message>
        <source>Map: M L G Z</source>
        <translation>地图：M L G Z</translation>
    </message>
    <message>
        <source>measure, draw a road, follow, zones</source>
        <translation>测距、画路、跟随、辖区</translation>
    </message>
    <message>
        <source>what does not work; connection</source>
        <translation>不可用的功能；与中心的连接</translation>
    </message>
    <message>
        <source>replay the case; Shift+Ctrl+H one of the past</source>
        <translation>回放所选事件；Shift+Ctrl+H 以往事件</translation>
    </message>
    <message>
        <source>video: 1 4 9 tiles, F hold, S store, Enter large</source>
        <translation>视频：1 4 9 画面，F 定格，S 存入，Enter 放大</translation>
    </message>
    <message>
        <source>the ECG that the crew sent</source>
        <translation>车组发送的心电图</translation>
    </message>
    <message>
        <source>theme: night, day, by the hours</source>
        <translation>主题：夜间、日间、按时自动</translation>
    </message>
    <message>
        <source>Map: C R V T</source>
        <translation>地图：C R V T</translation>
    </message>
    <message>
        <source>coverage, routes, villages, trails</source>
        <translation>覆盖、路线、村名、轨迹</translation>
    </message>
    <message>
        <source>acknowledge; Shift+F8 all and why they came; L load</source>
        <translation>确认；Shift+F8 全部及原因；L 负荷</translation>
    </message>
    <message>
        <source>next waiting case; next running one for the physician</source>
        <translation>下一待派事件；医师席为下一执行中的事件</translation>
    </message>
    <message>
        <source>dispatcher&apos;s view, physician&apos;s view</source>
        <translation>调度席、医师席</translation>
    </message>
    <message>
        <source>F12 or space held</source>
        <translation>按住 F12 或空格</translation>
    </message>
    <message>
        <source>ECG: speed, gain, band</source>
        <translation>心电：走速、增益、频带</translation>
    </message>
    <message>
        <source>log off, another user</source>
        <translation>注销，换班登录</translation>
    </message>
    <message>
        <source>Keys, continued</source>
        <translation>按键（续）</translation>
    </message>
    <message>
        <source>new call, Esc undoes it; Shift+F2 the one put aside</source>
        <translation>受理新呼叫，Esc 撤销；Shift+F2 取回搁置的</translation>
    </message>
    <message>
        <source>earlier calls of the number</source>
        <translation>该号码的历史呼叫</translation>
    </message>
    <message>
        <source>physician: down to the trends, and up again</source>
        <translation>医师席：下翻到趋势，再按返回</translation>
    </message>
    <message>
        <source>↑ ↓ PgUp PgDn scroll · any other key closes</source>
        <translation>↑ ↓ PgUp PgDn 翻页 · 其他键关闭</translation>
    </message>
    <message>
        <source>NEWS2: the other SpO₂ scale, for the case</source>
        <translation>NEWS2：为本例换用另一 SpO₂ 档</translation>
    </message>
    <message>
        <source>orders and pre-alert: what to do today</source>
        <translation>医嘱与预警：目前怎么做</translation>
    </message>
    <message>
        <source>Timeline: ← → Enter</source>
        <translation>时间轴：← → 回车</translation>
    </message>
    <message>
        <source>choose a stage, put its time right</source>
        <translation>选节点，更正时间</translation>
    </message>
    <message>
        <source>Timeline: B N</source>
        <translation>时间轴：B N</translation>
    </message>
    <message>
        <source>this page; T: a walk around the desk; R: check the millimetres</source>
        <translation>本页；在本页按 T：席位导览，按 R：校准毫米</translation>
    </message>
    <message>
        <source>drop the call: nuisance, silent, wrong; end an open case</source>
        <translation>不立案：骚扰、无声、打错；或结束未结事件</translation>
    </message>
    <message>
        <source>write a note; a neighbour region was asked, or replied</source>
        <translation>写备注；记录向邻区请求或邻区答复</translation>
    </message>
    <message>
        <source>server lost: record what was done by voice; then compare</source>
        <translation>断网时记口头处置；恢复后逐条比对</translation>
    </message>
    <message>
        <source>caller&apos;s number, for a minute and a reason; masked</source>
        <translation>主叫号码：填理由后显示一分钟；再按遮住</translation>
    </message>
    <message>
        <source>talk to the crew, in both views; Shift+F12 leaves its line</source>
        <translation>与车组通话（两个视图均可）；Shift+F12 退出通话</translation>
    </message>
    <message>
        <source>physician, on a number (Tab, ← →, or right click): its alarms off or on</source>
        <translation>医师：在数值上（Tab、← →，或右键）：该参数报警关闭/恢复</translation>
    </message>
</context>
<context>
    <name>ems::console::IdentityShown</name>
    <message>
        <source>number not known</source>
        <translation>号码不详</translation>
    </message>
    <message>
        <source>name not known</source>
        <translation>姓名不详</translation>
    </message>
    <message>
        <source>%1 s · Ctrl+I masks</source>
        <translation>%1 秒 · Ctrl+I 遮住</translation>
    </message>
</context>
<context>
    <name>ems::console::Intercom</name>
    <message>
        <source>Talk to the crew</source>
        <translation>与车组通话</translation>
    </message>
    <message>
        <source>Open line</source>
        <translation>开放线路</translation>
    </message>
    <message>
        <source>Intercom</source>
        <translation>对讲</translation>
    </message>
    <message>
        <source>no sound at this desk</source>
        <translation>本席无音频设备</translation>
    </message>
    <message>
        <source>no crew on the line</source>
        <translation>车组未接入</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>连接中</translation>
    </message>
    <message>
        <source>Sound fails at this desk</source>
        <translation>本席音频故障</translation>
    </message>
    <message>
        <source>No sound at this desk</source>
        <translation>本席无音频设备</translation>
    </message>
    <message>
        <source>Not on the line</source>
        <translation>未接入</translation>
    </message>
    <message>
        <source>Open line: the crew hears everything here</source>
        <translation>开放线路：车组可听到本席全部声音</translation>
    </message>
    <message>
        <source>Open line with %1</source>
        <translation>%1 开放线路中</translation>
    </message>
    <message>
        <source>Not heard: spoke too long, press again</source>
        <translation>未送出：讲话超时，请重按</translation>
    </message>
    <message>
        <source>Not heard: no sound, press again</source>
        <translation>未送出：无声音，请重按</translation>
    </message>
    <message>
        <source>Not heard: somebody else speaks</source>
        <translation>未送出：他人正在讲话</translation>
    </message>
    <message>
        <source>Crew speaks: EMERGENCY</source>
        <translation>车组紧急呼叫中</translation>
    </message>
    <message>
        <source>Crew speaks</source>
        <translation>车组讲话中</translation>
    </message>
    <message>
        <source>You speak, %1 s left</source>
        <translation>本席讲话中，剩余 %1 秒</translation>
    </message>
    <message>
        <source>%1 speaks</source>
        <translation>%1 讲话中</translation>
    </message>
    <message>
        <source>Line free</source>
        <translation>线路空闲</translation>
    </message>
    <message>
        <source>Crew not on the line</source>
        <translation>车组未接入</translation>
    </message>
    <message>
        <source>▲ Crew calls for the physician</source>
        <translation>▲ 车组呼叫医师</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>本席</translation>
    </message>
    <message>
        <source>Crew</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>Open line, no crew: sound of the cabin</source>
        <translation>线路已开，无车组：车内声音</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Not on the line: %1</source>
        <translation>未接通：%1</translation>
    </message>
    <message>
        <source>Joining the line…</source>
        <translation>正在接通…</translation>
    </message>
    <message>
        <source> (another case is chosen)</source>
        <translation>（当前选中的是另一病例）</translation>
    </message>
    <message>
        <source>▲ Crew calls for the dispatcher</source>
        <translation>▲ 车组呼叫调度</translation>
    </message>
    <message>
        <source>On the line: %1</source>
        <translation>通话：%1</translation>
    </message>
    <message>
        <source>Talk</source>
        <translation>通话</translation>
    </message>
    <message>
        <source>▲ %1 calls: Shift+F12, then F12</source>
        <translation>▲ %1 呼叫：先按 Shift+F12，再按 F12</translation>
    </message>
</context>
<context>
    <name>ems::terminal::IntercomPanel</name>
    <message>
        <source>Here</source>
        <translation>本车</translation>
    </message>
    <message>
        <source>Centre</source>
        <translation>中心</translation>
    </message>
    <message>
        <source>Hold to talk</source>
        <translation>按住讲话</translation>
    </message>
    <message>
        <source>Emergency</source>
        <translation>紧急通话</translation>
    </message>
    <message>
        <source>End the line</source>
        <translation>结束通话</translation>
    </message>
    <message>
        <source>keep holding</source>
        <translation>请继续按住</translation>
    </message>
    <message>
        <source>%1 speaks</source>
        <translation>%1正在讲话</translation>
    </message>
    <message>
        <source>the line is taken</source>
        <translation>线路被占用</translation>
    </message>
    <message>
        <source>a minute is over</source>
        <translation>已满一分钟</translation>
    </message>
    <message>
        <source>no sound came</source>
        <translation>没有收到声音</translation>
    </message>
    <message>
        <source>the line was taken</source>
        <translation>线路已被占用</translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>无应答</translation>
    </message>
    <message>
        <source>NOT HEARD: press again</source>
        <translation>对方听不到：请松开重按</translation>
    </message>
    <message>
        <source>NOT HEARD</source>
        <translation>对方听不到</translation>
    </message>
    <message>
        <source>you are heard over everybody</source>
        <translation>优先讲话中，对方可听到</translation>
    </message>
    <message>
        <source>you are heard, %1 s left</source>
        <translation>对方可听到，还剩 %1 秒</translation>
    </message>
    <message>
        <source>you are heard</source>
        <translation>对方可听到</translation>
    </message>
    <message>
        <source>loudspeaker fails: you hear nobody</source>
        <translation>扬声器故障：听不到对方</translation>
    </message>
    <message>
        <source>nobody listens yet</source>
        <translation>暂无人收听</translation>
    </message>
    <message>
        <source>%1 listen</source>
        <translation>%1 席收听</translation>
    </message>
    <message>
        <source>hold 1 s</source>
        <translation>按住 1 秒</translation>
    </message>
    <message>
        <source>Open line, no microphone</source>
        <translation>线路常通，无麦克风</translation>
    </message>
    <message>
        <source>MICROPHONE OPEN</source>
        <translation>麦克风已常开</translation>
    </message>
    <message>
        <source>it fails: nobody hears you</source>
        <translation>麦克风故障：对方听不到</translation>
    </message>
    <message>
        <source>%1 hears all that is said here</source>
        <translation>%1可听到车内全部谈话</translation>
    </message>
    <message>
        <source>End the call</source>
        <translation>结束呼叫</translation>
    </message>
    <message>
        <source>Call physician</source>
        <translation>呼叫医师</translation>
    </message>
    <message>
        <source>the desk knows</source>
        <translation>已通知中心</translation>
    </message>
    <message>
        <source>no voice line</source>
        <translation>语音未接通</translation>
    </message>
    <message>
        <source>microphone fails</source>
        <translation>麦克风故障</translation>
    </message>
    <message>
        <source>Call the dispatcher</source>
        <translation>呼叫调度</translation>
    </message>
    <message>
        <source>the dispatcher will ring back</source>
        <translation>调度将回电</translation>
    </message>
    <message>
        <source>waits for the link</source>
        <translation>等待网络</translation>
    </message>
    <message>
        <source>on its way</source>
        <translation>正在送达</translation>
    </message>
    <message>
        <source>will ring back</source>
        <translation>将回电</translation>
    </message>
    <message>
        <source>No intercom while the vehicle computer is silent</source>
        <translation>车载计算机无应答，对讲不可用</translation>
    </message>
    <message>
        <source>No intercom on board</source>
        <translation>车上无对讲</translation>
    </message>
    <message>
        <source>The physician was told and will ring back: there is no intercom</source>
        <translation>已通知医师，医师将回电（车上无对讲）</translation>
    </message>
    <message>
        <source>The call for the physician is kept and goes out by itself: there is no intercom</source>
        <translation>呼叫已保存，联网后发出（车上无对讲）</translation>
    </message>
</context>
<context>
    <name>ems::console::LastWriter</name>
    <message>
        <source>edited by %1 %2</source>
        <translation>%1 于 %2 修改</translation>
    </message>
</context>
<context>
    <name>ems::console::LoginDialog</name>
    <message>
        <source>Server</source>
        <translation>服务器</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>密码</translation>
    </message>
    <message>
        <source>EMS 120 log-in</source>
        <translation>盐湖 120 登录</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>User and password are needed</source>
        <translation>请填写用户和密码</translation>
    </message>
    <message>
        <source>Connecting</source>
        <translation>正在连接</translation>
    </message>
    <message>
        <source>Not let in</source>
        <translation>未获准登录</translation>
    </message>
    <message>
        <source>Not connected; it goes on trying</source>
        <translation>未连上，正在继续重试</translation>
    </message>
    <message>
        <source>Positions only, no orders</source>
        <translation>仅看车辆位置，不能派车</translation>
    </message>
</context>
<context>
    <name>ems::console::MainWindow</name>
    <message>
        <source>EMS 120</source>
        <translation>盐湖 120</translation>
    </message>
    <message>
        <source>Dispatch</source>
        <translation>派车</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>Call queue</source>
        <translation>呼叫队列</translation>
    </message>
    <message>
        <source>F2 new call</source>
        <translation>F2 受理</translation>
    </message>
    <message>
        <source>F6 next</source>
        <translation>F6 下一个</translation>
    </message>
    <message>
        <source>Call form</source>
        <translation>受理单</translation>
    </message>
    <message>
        <source>Incident timeline</source>
        <translation>事件时间轴</translation>
    </message>
    <message>
        <source>Recommended units</source>
        <translation>推荐车组</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>12 leads live</source>
        <translation>12 导联实时</translation>
    </message>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>Running cases</source>
        <translation>在途病例</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>视频</translation>
    </message>
    <message>
        <source>Not the first of the list</source>
        <translation>未选首位</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>no incident selected</source>
        <translation>未选事件</translation>
    </message>
    <message>
        <source>%1 on %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>no unit chosen</source>
        <translation>未选车组</translation>
    </message>
    <message>
        <source>Dispatch %1 → %2</source>
        <translation>派 %1 → %2</translation>
    </message>
    <message>
        <source>positions %1 / %2 fresh</source>
        <translation>点位 %1 / %2 实时</translation>
    </message>
    <message>
        <source>free %1 · on task %2 · off %3</source>
        <translation>待命 %1 · 任务 %2 · 停用 %3</translation>
    </message>
    <message>
        <source>Emergency dispatch</source>
        <translation>应急派车</translation>
    </message>
    <message>
        <source>last known %1 · lost for %2</source>
        <translation>最后所知 %1 · 断开 %2</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1 · 算于 %2</translation>
    </message>
    <message>
        <source>%1 old, F5</source>
        <translation>已 %1，F5 重算</translation>
    </message>
    <message>
        <source>▍15 min line</source>
        <translation>▍15 min 线</translation>
    </message>
    <message>
        <source>%1 Hz</source>
        <translation>%1 Hz</translation>
    </message>
    <message>
        <source>simulated signal</source>
        <translation>模拟信号</translation>
    </message>
    <message>
        <source>monitor band, not for ST diagnosis</source>
        <translation>监护带宽，不作 ST 诊断</translation>
    </message>
    <message>
        <source>delay %1 s</source>
        <translation>延时 %1 s</translation>
    </message>
    <message>
        <source>server takes no orders</source>
        <translation>服务器不受理</translation>
    </message>
    <message>
        <source>Reason for sending %1 to %2</source>
        <translation>派 %1 往 %2 的原因</translation>
    </message>
    <message>
        <source>Not sent: the order had changed to: %1</source>
        <translation>未发送：派车内容已变为 %1</translation>
    </message>
    <message>
        <source>Not sent: the case or the link has changed</source>
        <translation>未发送：事件或连接已变化</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>已变更</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>增派</translation>
    </message>
    <message>
        <source>Shift+F4</source>
        <translation>Shift+F4</translation>
    </message>
    <message>
        <source>Add %1</source>
        <translation>增派 %1</translation>
    </message>
    <message>
        <source>sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>× no loudspeaker</source>
        <translation>× 无扬声器</translation>
    </message>
    <message>
        <source>No unit is chosen</source>
        <translation>未选车组</translation>
    </message>
    <message>
        <source>Not shelved: 1 to 60 min with a reason, and no high clinical alarm</source>
        <translation>未搁置：限 1 至 60 min 并写明原因，高级临床报警不可搁置</translation>
    </message>
    <message>
        <source>%1 %2 chose %3, no. %4 of the list</source>
        <translation>%1 %2 选派 %3，名单第 %4</translation>
    </message>
    <message>
        <source>%1 lists shown, nothing chosen yet</source>
        <translation>已出示名单 %1 份，尚未选派</translation>
    </message>
    <message>
        <source>Physician</source>
        <translation>医师席</translation>
    </message>
    <message>
        <source>Intercom</source>
        <translation>对讲</translation>
    </message>
    <message>
        <source>Ctrl+F freeze</source>
        <translation>Ctrl+F 冻结</translation>
    </message>
    <message>
        <source>Done: %1</source>
        <translation>已执行：%1</translation>
    </message>
    <message>
        <source>There is no ECG to freeze yet</source>
        <translation>尚无心电图可冻结</translation>
    </message>
    <message>
        <source>Only a frozen page can be printed: Ctrl+F</source>
        <translation>先按 Ctrl+F 冻结，再打印</translation>
    </message>
    <message>
        <source>Print the ECG to PDF</source>
        <translation>将心电图打印为 PDF</translation>
    </message>
    <message>
        <source>Not printed: %1</source>
        <translation>未打印：%1</translation>
    </message>
    <message>
        <source>Printed to %1</source>
        <translation>已打印到 %1</translation>
    </message>
    <message>
        <source>12-lead page, frozen</source>
        <translation>12 导联静态页 · 冻结</translation>
    </message>
    <message>
        <source>automatic reading, to be confirmed by a physician</source>
        <translation>自动分析，须医师确认</translation>
    </message>
    <message>
        <source>Esc live</source>
        <translation>Esc 实时</translation>
    </message>
    <message>
        <source>diagnostic band</source>
        <translation>诊断带宽</translation>
    </message>
    <message>
        <source>The desk of emergency calls</source>
        <translation>急救调度席位</translation>
    </message>
    <message>
        <source>From the ring of the telephone to the handover at the hospital, all of it can be done by keyboard. The key is printed on each control; F1 shows all of them.</source>
        <translation>从电话铃响到医院交接，全程可用键盘完成。每个按钮上都印着按键；F1 显示全部按键。</translation>
    </message>
    <message>
        <source>Waiting cases by urgency, then the running ones. Each has its timer; one without a unit for a minute sounds. F6 goes to the next that waits.</source>
        <translation>等待的事件按紧急程度排列，其后是处理中的。每个事件都有计时；一分钟未派车会发声。F6 到下一个等待的事件。</translation>
    </message>
    <message>
        <source>F2 begins a call. The address is found by characters or by the first letters of its pinyin. What is typed is kept on this machine and survives a crash. Ctrl+Enter opens the case.</source>
        <translation>F2 开始受理。地址可用汉字或拼音首字母查找。输入的内容保存在本机，程序崩溃也不丢。Ctrl+Enter 立案。</translation>
    </message>
    <message>
        <source>Units in colour, shape and two characters; grey with a cross is a place of long ago. The hatch shows where nobody arrives within 15 minutes. M measures, L draws a closed road.</source>
        <translation>车组以颜色、形状和两个汉字表示；灰色带叉是很久以前的位置。斜线区域表示 15 分钟内无车可到。M 测距，L 画封闭道路。</translation>
    </message>
    <message>
        <source>Ranked by the time until they arrive by road, with the reasons and with what stays uncovered. 1 to 4 chooses, F4 sends. Another than the first asks why.</source>
        <translation>按沿道路到达时间排序，附理由和派出后无车覆盖的区域。1 到 4 选择，F4 派出。不选第一个要说明原因。</translation>
    </message>
    <message>
        <source>F7. Enter lists what can be done with a unit, a letter begins its command, Y and N answer what a fence suggests.</source>
        <translation>F7。Enter 列出可对车组做的操作，按字母开始命令，Y 和 N 回答电子围栏的提示。</translation>
    </message>
    <message>
        <source>F9. Each stage with its time and where the time is from. A wrong one is put right beside the original, never over it.</source>
        <translation>F9。每个阶段的时间及其来源。错误的时间在原值旁更正，从不覆盖原值。</translation>
    </message>
    <message>
        <source>Command line</source>
        <translation>命令行</translation>
    </message>
    <message>
        <source>F10. One line for every order: verb, object, reason. Beside it stands what Enter will do, or why it cannot be done.</source>
        <translation>F10。一行写一条命令：动词、对象、原因。旁边写着按 Enter 会做什么，或为何不能做。</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Red flashes until somebody has seen it: F8. Shift+F8 lists all of them. Audio pauses for two minutes with Ctrl+M.</source>
        <translation>红色闪烁直到有人确认：F8。Shift+F8 列出全部报警。Ctrl+M 暂停声音两分钟。</translation>
    </message>
    <message>
        <source>The physician&apos;s desk</source>
        <translation>医师席</translation>
    </message>
    <message>
        <source>F11 goes there and back. Running cases, the most ill first; F6 goes to the next.</source>
        <translation>F11 往返切换。处理中的病例，最重的在前；F6 到下一个。</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Each with its unit, limits and age. A value that is old turns grey; one that is not valid is --, never 0.</source>
        <translation>每个数值都带单位、限值和时效。过时的变灰；无效的显示 --，从不显示 0。</translation>
    </message>
    <message>
        <source>Twelve leads</source>
        <translation>十二导联</translation>
    </message>
    <message>
        <source>25 mm/s and 10 mm/mV, true on this screen. Ctrl+F freezes the last seconds on a page with calipers, Ctrl+P prints it.</source>
        <translation>25 mm/s、10 mm/mV，在本屏上为真实比例。Ctrl+F 把最近几秒冻结成带卡尺的页面，Ctrl+P 打印。</translation>
    </message>
    <message>
        <source>Picture and voice</source>
        <translation>图像和语音</translation>
    </message>
    <message>
        <source>The cabin&apos;s camera with its delay; grey with an age when nothing comes. F12 held talks to the crew.</source>
        <translation>车厢摄像头及其延迟；没有图像时变灰并标注时效。按住 F12 与车组通话。</translation>
    </message>
    <message>
        <source>What can be relied on</source>
        <translation>哪些可信</translation>
    </message>
    <message>
        <source>Server, link and clocks. When the server is lost every panel says so, and orders wait for a person to send them again. Shift+F1 shows what does not work, Ctrl+F1 what is wrong with the connection.</source>
        <translation>服务器、链路和时钟。服务器失联时每个面板都会标明，命令要由人重新发出。Shift+F1 显示哪些功能不可用，Ctrl+F1 显示连接哪里有问题。</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>评分</translation>
    </message>
    <message>
        <source>advisory</source>
        <translation>仅供参考</translation>
    </message>
    <message>
        <source>Ctrl+V</source>
        <translation>Ctrl+V</translation>
    </message>
    <message>
        <source>%1 cameras</source>
        <translation>%1 路</translation>
    </message>
    <message>
        <source>child · advisory</source>
        <translation>儿童 · 仅供参考</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>派出</translation>
    </message>
    <message>
        <source>Do not send</source>
        <translation>不派</translation>
    </message>
    <message>
        <source>The ECG that was sent cannot be shown: %1</source>
        <translation>无法显示车组发送的心电图：%1</translation>
    </message>
    <message>
        <source>The crew has sent no ECG of this case</source>
        <translation>车组没有发送本例的心电图</translation>
    </message>
    <message>
        <source>Fetching the ECG that the crew sent…</source>
        <translation>正在调取车组发送的心电图…</translation>
    </message>
    <message>
        <source>ECG speed %1</source>
        <translation>心电走速 %1</translation>
    </message>
    <message>
        <source>ECG gain %1</source>
        <translation>心电增益 %1</translation>
    </message>
    <message>
        <source>monitor</source>
        <translation>监护</translation>
    </message>
    <message>
        <source>diagnostic</source>
        <translation>诊断</translation>
    </message>
    <message>
        <source>ECG band: %1</source>
        <translation>心电频带：%1</translation>
    </message>
    <message>
        <source>from %1 · %2</source>
        <translation>自 %1 起 · %2</translation>
    </message>
    <message>
        <source>What has been written and not sent stays on this machine, and is shown to %1 alone.</source>
        <translation>已录入而未发送的内容留在本机，只有%1能看到。</translation>
    </message>
    <message>
        <source>%1 alarms that nobody has acknowledged: they do not sound here until somebody logs in.</source>
        <translation>%1 条报警尚无人确认：登录之前，本席不再发声。</translation>
    </message>
    <message>
        <source>Change of user</source>
        <translation>更换用户</translation>
    </message>
    <message>
        <source>Log off %1 at this desk?</source>
        <translation>注销本席的%1？</translation>
    </message>
    <message>
        <source>the present user</source>
        <translation>当前用户</translation>
    </message>
    <message>
        <source>Log off</source>
        <translation>注销</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>不注销</translation>
    </message>
    <message>
        <source>nuisance call</source>
        <translation>骚扰电话</translation>
    </message>
    <message>
        <source>nobody speaks</source>
        <translation>无人说话</translation>
    </message>
    <message>
        <source>wrong number</source>
        <translation>打错号码</translation>
    </message>
    <message>
        <source>asks for information only</source>
        <translation>仅咨询</translation>
    </message>
    <message>
        <source>needs another service</source>
        <translation>需其他部门处置</translation>
    </message>
    <message>
        <source>A call without a case</source>
        <translation>不立案的呼叫</translation>
    </message>
    <message>
        <source>Why no case comes of it</source>
        <translation>不立案的原因</translation>
    </message>
    <message>
        <source>Drop the call</source>
        <translation>不立案</translation>
    </message>
    <message>
        <source>Go on writing</source>
        <translation>继续填写</translation>
    </message>
    <message>
        <source>Orders and pre-alert</source>
        <translation>医嘱与预警</translation>
    </message>
    <message>
        <source>not switched: %1</source>
        <translation>未切换：%1</translation>
    </message>
    <message>
        <source>SpO₂ scale 2</source>
        <translation>SpO₂ 2 档</translation>
    </message>
    <message>
        <source>SpO₂ scale 1</source>
        <translation>SpO₂ 1 档</translation>
    </message>
    <message>
        <source>adult · advisory</source>
        <translation>成人 · 仅供参考</translation>
    </message>
    <message>
        <source>%1 %2 · advisory</source>
        <translation>%1 %2 · 仅供参考</translation>
    </message>
    <message>
        <source>Only for hypercapnic respiratory failure that a physician has confirmed, with a target of 88 to 92 %. Your name and the time stand with the case.</source>
        <translation>仅用于经医师确认的高碳酸血症性呼吸衰竭，目标血氧 88–92 %。您的姓名和时间将记入本例。</translation>
    </message>
    <message>
        <source>For every patient without confirmed hypercapnic respiratory failure. Your name and the time stand with the case.</source>
        <translation>适用于未确认高碳酸血症性呼吸衰竭的患者。您的姓名和时间将记入本例。</translation>
    </message>
    <message>
        <source>Switch</source>
        <translation>切换</translation>
    </message>
    <message>
        <source>Leave as it is</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>The call is not opened: F4 would send to %1. Ctrl+Enter first, or the row of %1</source>
        <translation>受理单未立案，F4 会派往 %1；先 Ctrl+Enter 立案，要派 %1 先点它那一行</translation>
    </message>
    <message>
        <source>call not opened</source>
        <translation>受理单未立案</translation>
    </message>
    <message>
        <source>record %1 s</source>
        <translation>记录 %1 s</translation>
    </message>
    <message>
        <source>Compare %1</source>
        <translation>逐条比对 %1</translation>
    </message>
    <message>
        <source>Nothing is recorded: the server takes orders, and Ctrl+R records while it does not</source>
        <translation>没有待比对的记录：服务器可下令；断开时 Ctrl+R 记口头处置</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>补录</translation>
    </message>
    <message>
        <source>Number not shown: what is being written stands in the form</source>
        <translation>未显示号码：受理单里有正在填写的内容</translation>
    </message>
    <message>
        <source>No open case stands in the form</source>
        <translation>受理单里没有进行中的事件</translation>
    </message>
    <message>
        <source>Caller&apos;s number</source>
        <translation>主叫号码</translation>
    </message>
    <message>
        <source>Reason for reading number and name of %1; the centre keeps it</source>
        <translation>查看 %1 号码和姓名的理由（中心留痕）</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Do not show</source>
        <translation>不显示</translation>
    </message>
    <message>
        <source>Number not shown: another case stands in the form by now</source>
        <translation>未显示号码：受理单里已是另一事件</translation>
    </message>
    <message>
        <source>There is no sound at this desk: ring the crew</source>
        <translation>本席没有声音设备：请打车组电话</translation>
    </message>
    <message>
        <source>No crew to talk to: choose its case or unit, then hold F12; or ring it</source>
        <translation>没有可通话的车组：选中其病例或车辆，再按住 F12；或打电话</translation>
    </message>
    <message>
        <source>%1 has no intercom: ring the crew</source>
        <translation>%1 没有对讲：请打车组电话</translation>
    </message>
    <message>
        <source>The server is away: ring the crew</source>
        <translation>服务器不可用：请打车组电话</translation>
    </message>
    <message>
        <source>in the dispatcher&apos;s view</source>
        <translation>在调度视图中</translation>
    </message>
    <message>
        <source>Number not shown: the call form is not in sight</source>
        <translation>未显示号码：受理单不在眼前</translation>
    </message>
    <message>
        <source>Number not shown: case %1 has ended</source>
        <translation>未显示号码：事件 %1 已结束</translation>
    </message>
    <message>
        <source>1 camera</source>
        <translation>1 路</translation>
    </message>
    <message>
        <source>the case has ended</source>
        <translation>该事件已结束</translation>
    </message>
    <message>
        <source>a physician does this</source>
        <translation>由医师操作</translation>
    </message>
    <message>
        <source>%1: alarms on again</source>
        <translation>%1：恢复报警</translation>
    </message>
    <message>
        <source>known of this patient</source>
        <translation>该患者已知情况</translation>
    </message>
    <message>
        <source>measured again by hand</source>
        <translation>已人工复测</translation>
    </message>
    <message>
        <source>being treated</source>
        <translation>正在处理</translation>
    </message>
    <message>
        <source>sensor disturbed by movement</source>
        <translation>探头受体动干扰</translation>
    </message>
    <message>
        <source>Alarms of %1 off until the task ends</source>
        <translation>%1 报警关闭，至任务结束</translation>
    </message>
    <message>
        <source>Reason to have no medium and low alarms of %1; every desk sees it</source>
        <translation>关闭 %1 中、低级报警的理由；各席位均可见</translation>
    </message>
    <message>
        <source>Switch off</source>
        <translation>关闭报警</translation>
    </message>
    <message>
        <source>Leave on</source>
        <translation>保持开启</translation>
    </message>
    <message>
        <source>%1: alarms off</source>
        <translation>%1：报警关闭</translation>
    </message>
    <message>
        <source>Alarms off</source>
        <translation>报警关闭</translation>
    </message>
    <message>
        <source>Not switched: %1</source>
        <translation>未切换：%1</translation>
    </message>
</context>
<context>
    <name>ems::console::MapView</name>
    <message>
        <source>Routes</source>
        <translation>路线</translation>
    </message>
    <message>
        <source>Villages</source>
        <translation>村名</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>District</source>
        <translation>全区</translation>
    </message>
    <message>
        <source>%1 arrives %2 · computed %3</source>
        <translation>%1 %2 到 · 算于 %3</translation>
    </message>
    <message>
        <source>%1 in %2 · computed %3</source>
        <translation>%1 需 %2 · 算于 %3</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 m</translation>
    </message>
    <message>
        <source>%1 km</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>North up · WGS-84</source>
        <translation>北向上 · WGS-84</translation>
    </message>
    <message>
        <source>15 min coverage not known: %1</source>
        <translation>15 min 覆盖未知：%1</translation>
    </message>
    <message>
        <source>15 min coverage %1 % of people · %2 villages not reached</source>
        <translation>15 min 覆盖人口 %1 % · %2 村不可及</translation>
    </message>
    <message>
        <source>%1 sent: %2</source>
        <translation>派 %1 后：%2</translation>
    </message>
    <message>
        <source>Advised: %1 → %2 in %3, reached in time %4 → %5 % · CN accept, BC decline</source>
        <translation>移防建议：%1 → %2，%3 到，及时率 %4 → %5 % · CN 采纳，BC 不采</translation>
    </message>
    <message>
        <source>drawn</source>
        <translation>图</translation>
    </message>
    <message>
        <source>Measure: %1 · click or Space adds, Backspace removes, Esc ends</source>
        <translation>测距：%1 · 单击或空格加点，退格删点，Esc 结束</translation>
    </message>
    <message>
        <source>Draw a road: %1 points, %2 · on the first point: an area · Enter goes on · Esc ends</source>
        <translation>画路：%1 点，%2 · 回到首点成区域 · Enter 继续 · Esc 结束</translation>
    </message>
    <message>
        <source>15 min coverage</source>
        <translation>15 min 覆盖</translation>
    </message>
    <message>
        <source>Trails</source>
        <translation>轨迹</translation>
    </message>
    <message>
        <source>%1 there %2 · left %3 · computed %4</source>
        <translation>%1 %2 到 · 剩 %3 · 算于 %4</translation>
    </message>
    <message>
        <source>%1 zone</source>
        <translation>%1辖区</translation>
    </message>
    <message>
        <source>Nobody has drawn zones of the stations</source>
        <translation>尚未划定各站辖区</translation>
    </message>
    <message>
        <source>Zones</source>
        <translation>辖区</translation>
    </message>
    <message>
        <source>shaded as worked out at %1</source>
        <translation>阴影为 %1 的计算结果</translation>
    </message>
    <message>
        <source>what is not reached is not known now</source>
        <translation>目前不知道哪些地方到不了</translation>
    </message>
    <message>
        <source>no list of villages</source>
        <translation>无村庄名录</translation>
    </message>
    <message>
        <source>no road map</source>
        <translation>无路网</translation>
    </message>
    <message>
        <source>hatched: nobody gets there within 15 min</source>
        <translation>斜线：15 min 内无车可到</translation>
    </message>
    <message>
        <source>not known where nobody gets within 15 min</source>
        <translation>15 min 内无车可到的范围未知</translation>
    </message>
</context>
<context>
    <name>ems::terminal::News2Tile</name>
    <message>
        <source>%1–%2 at least %3</source>
        <translation>%1–%2 至少%3</translation>
    </message>
    <message>
        <source>missing: %1</source>
        <translation>缺：%1</translation>
    </message>
    <message>
        <source>%1 missing</source>
        <translation>缺 %1 项</translation>
    </message>
</context>
<context>
    <name>ems::console::NotesView</name>
    <message>
        <source>Notes of the case</source>
        <translation>事件备注</translation>
    </message>
    <message>
        <source> · earlier ones could not be read</source>
        <translation> · 更早的备注未能读取</translation>
    </message>
    <message>
        <source> · earlier ones are being read</source>
        <translation> · 正在读取更早的备注</translation>
    </message>
    <message>
        <source>Notes %1</source>
        <translation>备注 %1</translation>
    </message>
    <message>
        <source>Neighbours %1</source>
        <translation>邻区 %1</translation>
    </message>
</context>
<context>
    <name>ems::terminal::NumberPad</name>
    <message>
        <source>Back one</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Enter (%1)</source>
        <translation>确定（%1）</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>撤回</translation>
    </message>
</context>
<context>
    <name>ems::console::NumericsView</name>
    <message>
        <source>Vital signs</source>
        <translation>生命体征</translation>
    </message>
    <message>
        <source>Alarms of %1</source>
        <translation>%1 的报警</translation>
    </message>
    <message>
        <source>%1: alarms on again</source>
        <translation>%1：恢复报警</translation>
    </message>
    <message>
        <source>%1: alarms off…</source>
        <translation>%1：报警关闭…</translation>
    </message>
</context>
<context>
    <name>ems::console::OrderPaper</name>
    <message>
        <source>The printer does not keep up: an order was not printed</source>
        <translation>打印机来不及打印：有一张派车单未打印</translation>
    </message>
    <message>
        <source>The order was not stored as a PDF: folder %1 cannot be written</source>
        <translation>派车单未存为 PDF：文件夹 %1 不能写入</translation>
    </message>
    <message>
        <source>This machine knows no printer “%1”</source>
        <translation>本机没有打印机“%1”</translation>
    </message>
    <message>
        <source>Printer “%1” takes nothing</source>
        <translation>打印机“%1”不接收任务</translation>
    </message>
    <message>
        <source>; the order is in %1</source>
        <translation>；派车单已存入 %1</translation>
    </message>
</context>
<context>
    <name>ems::console::OrderSheet</name>
    <message>
        <source>DRILL</source>
        <translation>演练</translation>
    </message>
    <message>
        <source>not a real order</source>
        <translation>不是真实派车</translation>
    </message>
    <message>
        <source>Order %1</source>
        <translation>派车单 %1</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Complaint</source>
        <translation>主诉</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>坐标</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>来电</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>需要</translation>
    </message>
    <message>
        <source>Hospital</source>
        <translation>送往</translation>
    </message>
    <message>
        <source>Expected at the scene</source>
        <translation>预计到达现场</translation>
    </message>
    <message>
        <source>Straight line</source>
        <translation>直线距离</translation>
    </message>
    <message>
        <source>Newest note</source>
        <translation>最新备注</translation>
    </message>
    <message>
        <source>Crew</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>Taken at, by</source>
        <translation>领取时间与姓名</translation>
    </message>
</context>
<context>
    <name>ems::console::OrderWords</name>
    <message>
        <source>Not connected: dispatch by telephone or radio</source>
        <translation>未连接：请用电话或电台派车</translation>
    </message>
    <message>
        <source>The server takes no orders now</source>
        <translation>服务器暂不受理指令</translation>
    </message>
    <message>
        <source>No such unit</source>
        <translation>无此车组</translation>
    </message>
    <message>
        <source>No such case</source>
        <translation>无此事件</translation>
    </message>
    <message>
        <source>Case %1 has ended</source>
        <translation>事件 %1 已结束</translation>
    </message>
    <message>
        <source>Case %1 has its units; one more is sent with ZP</source>
        <translation>事件 %1 车已派足；增派用 ZP</translation>
    </message>
    <message>
        <source>The unit is on case %1; GP diverts it, HP swaps it</source>
        <translation>该车组在事件 %1 上；改派用 GP，换派用 HP</translation>
    </message>
    <message>
        <source>%1 is out of service</source>
        <translation>%1 已停用</translation>
    </message>
    <message>
        <source>The unit is on no task</source>
        <translation>该车组无任务</translation>
    </message>
    <message>
        <source>%1 has reached its case and cannot be diverted</source>
        <translation>%1 已到现场，不能改派</translation>
    </message>
    <message>
        <source>Not more urgent than case %1, which it would leave</source>
        <translation>不比它将离开的事件 %1 更急</translation>
    </message>
    <message>
        <source>It is on case %1 already</source>
        <translation>已在事件 %1 上</translation>
    </message>
    <message>
        <source>The same unit</source>
        <translation>同一车组</translation>
    </message>
    <message>
        <source>The crew has accepted; CX calls it back</source>
        <translation>车组已接令；撤回用 CX</translation>
    </message>
    <message>
        <source>%1 is in that state already</source>
        <translation>%1 已是此状态</translation>
    </message>
    <message>
        <source>A reason is needed</source>
        <translation>须写原因</translation>
    </message>
    <message>
        <source>%1 stands first in the list: a reason is needed</source>
        <translation>名单首位是 %1：须写原因</translation>
    </message>
    <message>
        <source>The reason is too long</source>
        <translation>原因过长</translation>
    </message>
    <message>
        <source>The unit waits nowhere else</source>
        <translation>该车组没有驻点</translation>
    </message>
    <message>
        <source>Nothing is suggested for this unit</source>
        <translation>该车组没有待答提示</translation>
    </message>
    <message>
        <source>No move-up is advised</source>
        <translation>当前没有移防建议</translation>
    </message>
    <message>
        <source>No such road condition</source>
        <translation>无此路况</translation>
    </message>
    <message>
        <source>That stage has no time yet</source>
        <translation>该阶段尚无时刻</translation>
    </message>
    <message>
        <source>The time lies ahead of now</source>
        <translation>时刻在当前之后</translation>
    </message>
    <message>
        <source>Only %1 is possible</source>
        <translation>只能是 %1</translation>
    </message>
    <message>
        <source>Nothing is drawn on the map; HT begins</source>
        <translation>图上未画；HT 开始画</translation>
    </message>
    <message>
        <source>%1 has the patient on board</source>
        <translation>患者在 %1 车上</translation>
    </message>
    <message>
        <source>verb, object, reason · ? lists the verbs</source>
        <translation>命令 对象 原因 · ? 列出命令</translation>
    </message>
    <message>
        <source>No verb “%1” · ? lists them</source>
        <translation>无命令“%1” · ? 列出命令</translation>
    </message>
    <message>
        <source>then: %1</source>
        <translation>再写：%1</translation>
    </message>
    <message>
        <source>“%1” is no %2</source>
        <translation>“%1”不是%2</translation>
    </message>
    <message>
        <source>“%1” fits more than one %2</source>
        <translation>“%1”对应不止一个%2</translation>
    </message>
    <message>
        <source>“%1” is no time: 18:42 or 18:42:10</source>
        <translation>“%1”不是时刻：18:42 或 18:42:10</translation>
    </message>
    <message>
        <source>“%1” is no number</source>
        <translation>“%1”不是数</translation>
    </message>
    <message>
        <source>send a unit</source>
        <translation>派一车组</translation>
    </message>
    <message>
        <source>send one more unit</source>
        <translation>增派一车组</translation>
    </message>
    <message>
        <source>another unit goes instead</source>
        <translation>换另一车组去</translation>
    </message>
    <message>
        <source>take a unit to a more urgent case</source>
        <translation>改去更急的事件</translation>
    </message>
    <message>
        <source>call a unit back</source>
        <translation>撤回车组</translation>
    </message>
    <message>
        <source>the crew cannot go</source>
        <translation>车组不能去</translation>
    </message>
    <message>
        <source>the unit has broken down</source>
        <translation>车辆故障停用</translation>
    </message>
    <message>
        <source>enter a state said by voice</source>
        <translation>登记话报状态</translation>
    </message>
    <message>
        <source>receiving hospital</source>
        <translation>接收医院</translation>
    </message>
    <message>
        <source>wait at a place</source>
        <translation>到某处待命</translation>
    </message>
    <message>
        <source>wait at another station</source>
        <translation>到别站待命</translation>
    </message>
    <message>
        <source>go back to the station</source>
        <translation>返回本站</translation>
    </message>
    <message>
        <source>what became of waiting elsewhere</source>
        <translation>驻点、移防的结果</translation>
    </message>
    <message>
        <source>what the fence suggests is right</source>
        <translation>围栏提示属实</translation>
    </message>
    <message>
        <source>what the fence suggests is wrong</source>
        <translation>围栏提示不实</translation>
    </message>
    <message>
        <source>put a time right</source>
        <translation>更正时刻</translation>
    </message>
    <message>
        <source>change the level</source>
        <translation>改级别</translation>
    </message>
    <message>
        <source>how many units the case needs</source>
        <translation>需几个车组</translation>
    </message>
    <message>
        <source>close the case</source>
        <translation>结案</translation>
    </message>
    <message>
        <source>transfer between hospitals</source>
        <translation>院间转运</translation>
    </message>
    <message>
        <source>close a road</source>
        <translation>封路</translation>
    </message>
    <message>
        <source>a road is flooded</source>
        <translation>道路积水</translation>
    </message>
    <message>
        <source>a road is slow, times so much</source>
        <translation>道路缓行，几倍用时</translation>
    </message>
    <message>
        <source>reopen a road</source>
        <translation>恢复通行</translation>
    </message>
    <message>
        <source>accept the move-up</source>
        <translation>采纳移防建议</translation>
    </message>
    <message>
        <source>decline the move-up</source>
        <translation>不采移防建议</translation>
    </message>
    <message>
        <source>end of the crew&apos;s shift</source>
        <translation>班组下班时刻</translation>
    </message>
    <message>
        <source>range left in km</source>
        <translation>余油可行 km</translation>
    </message>
    <message>
        <source>carried an infectious patient</source>
        <translation>转运过传染患者</translation>
    </message>
    <message>
        <source>was cleaned</source>
        <translation>已洗消</translation>
    </message>
    <message>
        <source>show a case, unit or place</source>
        <translation>查事件、车组、地点</translation>
    </message>
    <message>
        <source>recommend again</source>
        <translation>重新推荐</translation>
    </message>
    <message>
        <source>area reached in so many minutes</source>
        <translation>若干分钟可及范围</translation>
    </message>
    <message>
        <source>way of a unit and its time</source>
        <translation>车组路线与用时</translation>
    </message>
    <message>
        <source>the map follows a unit</source>
        <translation>地图跟随车组</translation>
    </message>
    <message>
        <source>measure on the map</source>
        <translation>图上测距</translation>
    </message>
    <message>
        <source>draw on the map</source>
        <translation>图上画路</translation>
    </message>
    <message>
        <source>lists shown and choices made</source>
        <translation>出示过的名单与选派</translation>
    </message>
    <message>
        <source>shelve an alarm for minutes</source>
        <translation>搁置报警若干分钟</translation>
    </message>
    <message>
        <source>audio paused for 120 s</source>
        <translation>音频暂停 120 s</translation>
    </message>
    <message>
        <source>keys and verbs</source>
        <translation>按键与命令</translation>
    </message>
    <message>
        <source>case</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>unit</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>unit instead</source>
        <translation>替换车组</translation>
    </message>
    <message>
        <source>unit or case</source>
        <translation>车组或事件</translation>
    </message>
    <message>
        <source>state</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>hospital</source>
        <translation>医院</translation>
    </message>
    <message>
        <source>station</source>
        <translation>急救站</translation>
    </message>
    <message>
        <source>place</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>stage</source>
        <translation>阶段</translation>
    </message>
    <message>
        <source>time</source>
        <translation>时刻</translation>
    </message>
    <message>
        <source>until (- open)</source>
        <translation>至（- 不定）</translation>
    </message>
    <message>
        <source>number</source>
        <translation>数</translation>
    </message>
    <message>
        <source>outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>drawn or road</source>
        <translation>图或路名</translation>
    </message>
    <message>
        <source>road condition</source>
        <translation>路况</translation>
    </message>
    <message>
        <source>from</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>case or hospital</source>
        <translation>事件或医院</translation>
    </message>
    <message>
        <source>case, unit or place</source>
        <translation>事件、车组或地点</translation>
    </message>
    <message>
        <source>alarm no.</source>
        <translation>报警序号</translation>
    </message>
    <message>
        <source>reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>arrived</source>
        <translation>到达</translation>
    </message>
    <message>
        <source>over</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>stations</source>
        <translation>各站</translation>
    </message>
    <message>
        <source>drawn</source>
        <translation>图</translation>
    </message>
    <message>
        <source>here</source>
        <translation>此处</translation>
    </message>
    <message>
        <source>crew asked for</source>
        <translation>指定车组</translation>
    </message>
    <message>
        <source>better equipped</source>
        <translation>设备更合适</translation>
    </message>
    <message>
        <source>road closed</source>
        <translation>道路中断</translation>
    </message>
    <message>
        <source>position not right</source>
        <translation>位置不准</translation>
    </message>
    <message>
        <source>keeps a zone covered</source>
        <translation>保留辖区覆盖</translation>
    </message>
    <message>
        <source>caller called off</source>
        <translation>呼叫人取消</translation>
    </message>
    <message>
        <source>duplicate call</source>
        <translation>重复呼叫</translation>
    </message>
    <message>
        <source>no patient found</source>
        <translation>未见患者</translation>
    </message>
    <message>
        <source>went by other means</source>
        <translation>自行就医</translation>
    </message>
    <message>
        <source>vehicle fault</source>
        <translation>车辆故障</translation>
    </message>
    <message>
        <source>crew not complete</source>
        <translation>人员不齐</translation>
    </message>
    <message>
        <source>equipment fault</source>
        <translation>设备故障</translation>
    </message>
    <message>
        <source>accident</source>
        <translation>事故</translation>
    </message>
    <message>
        <source>more urgent, nearest</source>
        <translation>更急且最近</translation>
    </message>
    <message>
        <source>button pressed late</source>
        <translation>按键晚</translation>
    </message>
    <message>
        <source>button not pressed</source>
        <translation>漏按</translation>
    </message>
    <message>
        <source>told by radio</source>
        <translation>电台报告</translation>
    </message>
    <message>
        <source>road works</source>
        <translation>施工</translation>
    </message>
    <message>
        <source>flood</source>
        <translation>积水</translation>
    </message>
    <message>
        <source>snow or ice</source>
        <translation>冰雪</translation>
    </message>
    <message>
        <source>event</source>
        <translation>活动</translation>
    </message>
    <message>
        <source>open again</source>
        <translation>恢复通行</translation>
    </message>
    <message>
        <source>entered by mistake</source>
        <translation>登记有误</translation>
    </message>
    <message>
        <source>crew resting</source>
        <translation>班组休整</translation>
    </message>
    <message>
        <source>call expected there</source>
        <translation>原地预计有呼叫</translation>
    </message>
    <message>
        <source>%1 × 10⁴ people</source>
        <translation>%1 万人</translation>
    </message>
    <message>
        <source>%1 people</source>
        <translation>%1 人</translation>
    </message>
    <message>
        <source>uncovers nobody</source>
        <translation>不影响覆盖</translation>
    </message>
    <message>
        <source>uncovers %1</source>
        <translation>空出 %1</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>; then nobody within 30 min</source>
        <translation>；其后 30 min 内无车</translation>
    </message>
    <message>
        <source>; then %1 in %2</source>
        <translation>；其后 %1 %2 可到</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>封闭</translation>
    </message>
    <message>
        <source>flooded</source>
        <translation>积水</translation>
    </message>
    <message>
        <source>slow</source>
        <translation>缓行</translation>
    </message>
    <message>
        <source>speed</source>
        <translation>限速</translation>
    </message>
    <message>
        <source>standby</source>
        <translation>驻点</translation>
    </message>
    <message>
        <source>relocation</source>
        <translation>移防</translation>
    </message>
    <message>
        <source>going home</source>
        <translation>回站</translation>
    </message>
    <message>
        <source>Send in addition %1 → %2</source>
        <translation>增派 %1 → %2</translation>
    </message>
    <message>
        <source>Send %1 → %2</source>
        <translation>派 %1 → %2</translation>
    </message>
    <message>
        <source>%1 goes to %2 instead of %3</source>
        <translation>换派 %1 → %2，替下 %3</translation>
    </message>
    <message>
        <source>Divert %1 from %2 to %3</source>
        <translation>改派 %1：由 %2 → %3</translation>
    </message>
    <message>
        <source>Call %1 back from %2</source>
        <translation>撤回 %1（%2）</translation>
    </message>
    <message>
        <source>The crew of %1 cannot go</source>
        <translation>%1 不能接令</translation>
    </message>
    <message>
        <source>Enter for %1: %2 → %3</source>
        <translation>登记 %1：%2 → %3</translation>
    </message>
    <message>
        <source>%1 takes the patient to %2</source>
        <translation>%1 送医 %2</translation>
    </message>
    <message>
        <source>%1 waits at %2</source>
        <translation>%1 驻点 %2</translation>
    </message>
    <message>
        <source>%1 moves to %2</source>
        <translation>%1 移防 %2</translation>
    </message>
    <message>
        <source>%1 goes back to its station</source>
        <translation>%1 回站</translation>
    </message>
    <message>
        <source>%1 has arrived where it was to wait</source>
        <translation>%1 已到驻点</translation>
    </message>
    <message>
        <source>%1 need not go there</source>
        <translation>%1 不必前往驻点</translation>
    </message>
    <message>
        <source>%1 no longer waits there</source>
        <translation>%1 结束驻点</translation>
    </message>
    <message>
        <source>%1: %2 since %3 is right</source>
        <translation>%1：%2 %3，属实</translation>
    </message>
    <message>
        <source>%1: %2 since %3 is wrong</source>
        <translation>%1：%2 %3，不实</translation>
    </message>
    <message>
        <source>%1 %2: put right to %3</source>
        <translation>%1 %2 改为 %3</translation>
    </message>
    <message>
        <source>%1: level %2</source>
        <translation>%1 级别 %2</translation>
    </message>
    <message>
        <source>%1 needs %2 units</source>
        <translation>%1 需车 %2</translation>
    </message>
    <message>
        <source>Close %1</source>
        <translation>结案 %1</translation>
    </message>
    <message>
        <source>Open a transfer from %1 to %2 at %3</source>
        <translation>转运立案 %1 → %2，%3</translation>
    </message>
    <message>
        <source>the area drawn</source>
        <translation>所画区域</translation>
    </message>
    <message>
        <source>the way drawn (%1 points)</source>
        <translation>所画路段（%1 点）</translation>
    </message>
    <message>
        <source>until reopened</source>
        <translation>至开路</translation>
    </message>
    <message>
        <source>until %1</source>
        <translation>至 %1</translation>
    </message>
    <message>
        <source>Reopen road %1 %2</source>
        <translation>开路 %1 %2</translation>
    </message>
    <message>
        <source>Accept move-up %1</source>
        <translation>采纳移防 %1</translation>
    </message>
    <message>
        <source>Decline move-up %1</source>
        <translation>不采移防 %1</translation>
    </message>
    <message>
        <source>%1: crew until %2</source>
        <translation>%1 班组至 %2</translation>
    </message>
    <message>
        <source>%1: fuel for %2 km</source>
        <translation>%1 油量 %2 km</translation>
    </message>
    <message>
        <source>%1: carried an infectious patient</source>
        <translation>%1 转运过传染患者</translation>
    </message>
    <message>
        <source>%1: cleaned</source>
        <translation>%1 已洗消</translation>
    </message>
    <message>
        <source>alarm %1 away for %2 min: %3</source>
        <translation>搁置报警 %1 %2 min：%3</translation>
    </message>
    <message>
        <source>Nothing is suggested to be the same case</source>
        <translation>没有提示为同一事件</translation>
    </message>
    <message>
        <source>where a unit is, told by voice</source>
        <translation>登记车组口头报告的位置</translation>
    </message>
    <message>
        <source>the case is no second call</source>
        <translation>不是同一事件，取消提示</translation>
    </message>
    <message>
        <source>%1 is not the same case as %2</source>
        <translation>%1 与 %2 不是同一事件</translation>
    </message>
    <message>
        <source>Merge %1 into %2</source>
        <translation>%1 并入 %2</translation>
    </message>
    <message>
        <source>%1 is at %2, %3</source>
        <translation>%1 位于 %2, %3</translation>
    </message>
    <message>
        <source>put the place of the case right</source>
        <translation>更正病例地点</translation>
    </message>
    <message>
        <source>Move the place of %1 by %2 km to %3 N %4 E</source>
        <translation>将 %1 的地点移动 %2 km 至 %3 N %4 E</translation>
    </message>
    <message>
        <source>The note has %1 characters; 500 are possible</source>
        <translation>备注有 %1 个字符，最多 500 个</translation>
    </message>
    <message>
        <source>write a note to the case</source>
        <translation>写事件备注</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>Note to %1: %2</source>
        <translation>给 %1 写备注：%2</translation>
    </message>
    <message>
        <source>another time for a planned transfer</source>
        <translation>更改预约转运时间</translation>
    </message>
    <message>
        <source>%1 is planned for %2</source>
        <translation>%1 改约到 %2</translation>
    </message>
    <message>
        <source>Only a physician switches it</source>
        <translation>只有医师可以切换</translation>
    </message>
    <message>
        <source>No unit is on %1</source>
        <translation>%1 无车组在执行</translation>
    </message>
    <message>
        <source>NEWS2 of %1: SpO₂ on scale 2</source>
        <translation>%1 的 NEWS2：血氧按 SpO₂ 2 档</translation>
    </message>
    <message>
        <source>NEWS2 of %1: SpO₂ on scale 1</source>
        <translation>%1 的 NEWS2：血氧按 SpO₂ 1 档</translation>
    </message>
    <message>
        <source>%1 was asked and has not answered yet</source>
        <translation>已请求 %1，对方尚未答复</translation>
    </message>
    <message>
        <source>Only a neighbour that agrees names a unit and a time</source>
        <translation>仅同意派车的邻区填写车组与到达时间</translation>
    </message>
    <message>
        <source>Name, unit and time have at most 100 bytes each, 33 Chinese characters</source>
        <translation>名称、车组、时间各不超过 100 字节（33 个汉字）</translation>
    </message>
    <message>
        <source>20 words of neighbours stand there, as many as a case can have</source>
        <translation>该事件的邻区记录已满 20 条</translation>
    </message>
    <message>
        <source>neighbour</source>
        <translation>邻区</translation>
    </message>
    <message>
        <source>its unit</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>there at</source>
        <translation>到达</translation>
    </message>
    <message>
        <source>asked</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>agreed</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source> (not in the list of neighbours)</source>
        <translation>（不在邻区名单内）</translation>
    </message>
    <message>
        <source>a neighbour region was asked, or replied</source>
        <translation>记录向邻区请求或邻区答复</translation>
    </message>
    <message>
        <source>reply</source>
        <translation>请求或答复</translation>
    </message>
    <message>
        <source>the case is a second call, as suggested</source>
        <translation>并入所提示的同一事件</translation>
    </message>
    <message>
        <source>the caller&apos;s number, for a minute</source>
        <translation>显示主叫号码一分钟</translation>
    </message>
    <message>
        <source>call back</source>
        <translation>回拨</translation>
    </message>
    <message>
        <source>find the place</source>
        <translation>问清地点</translation>
    </message>
    <message>
        <source>identify the patient</source>
        <translation>核对患者身份</translation>
    </message>
    <message>
        <source>Show the caller&apos;s number of %1</source>
        <translation>显示 %1 的主叫号码</translation>
    </message>
    <message>
        <source>; places: %1</source>
        <translation>；共 %1 处</translation>
    </message>
    <message>
        <source>; %1</source>
        <translation>；%1</translation>
    </message>
    <message>
        <source>; %1 and others, %2 places</source>
        <translation>；%1等 %2 处</translation>
    </message>
</context>
<context>
    <name>ems::terminal::OrdersPage</name>
    <message>
        <source>Orders and check list</source>
        <translation>医嘱和核对单</translation>
    </message>
    <message>
        <source>The physician&apos;s orders, to be read back, and the check list will stand here.</source>
        <translation>医师的医嘱（须复述）和核对单将显示在此处。</translation>
    </message>
    <message>
        <source>Repeat it aloud: drug, dose, unit, route, patient. Act once the physician has said that it is right.</source>
        <translation>大声复述：药名、剂量、单位、途径、患者；医师确认后执行。</translation>
    </message>
    <message>
        <source>Note what was done (button below). What no note says, as dose and time, goes on the paper record.</source>
        <translation>执行后记备注（下方）；备注没有的（剂量、时间）写入纸质病历。</translation>
    </message>
    <message>
        <source>Call physician</source>
        <translation>呼叫医师</translation>
    </message>
    <message>
        <source>Enter a note</source>
        <translation>记备注</translation>
    </message>
    <message>
        <source>Call the physician, and hold the talk key at the right to speak.</source>
        <translation>呼叫医师，按住右侧“按住讲话”键通话。</translation>
    </message>
    <message>
        <source>Call the physician, who rings back: take the order on the telephone.</source>
        <translation>呼叫医师，医师会回电：在电话中接受医嘱。</translation>
    </message>
    <message>
        <source>not entered</source>
        <translation>未填写</translation>
    </message>
    <message>
        <source>Tell the physician: %1</source>
        <translation>告诉医师：%1</translation>
    </message>
    <message>
        <source>Nothing is noted yet of allergies, drugs given, access.</source>
        <translation>尚未记备注：过敏史、已用药物、静脉通路。</translation>
    </message>
    <message>
        <source>Noted: %1</source>
        <translation>已记备注：%1</translation>
    </message>
    <message>
        <source>waiting for the vehicle computer</source>
        <translation>等待车载主机</translation>
    </message>
</context>
<context>
    <name>ems::console::OrdersPlace</name>
    <message>
        <source>Orders and pre-alert</source>
        <translation>医嘱与预警</translation>
    </message>
    <message>
        <source>Orders with their read-back and the hospital&apos;s pre-alert will stand here.</source>
        <translation>给车组的医嘱及其复述、给医院的预警将显示在此处。</translation>
    </message>
    <message>
        <source>Today: order by voice (F12 held), have it repeated, ring the hospital, note both (F9, B).</source>
        <translation>目前：按住 F12 口头下达医嘱并请车组复述，电话通知医院，两者均写入备注（F9、B）。</translation>
    </message>
</context>
<context>
    <name>ems::console::OutageForm</name>
    <message>
        <source>What was done by voice</source>
        <translation>口头处置内容</translation>
    </message>
    <message>
        <source>Record of the outage</source>
        <translation>断网补录</translation>
    </message>
    <message>
        <source>What it was</source>
        <translation>处置种类</translation>
    </message>
    <message>
        <source>Enter records: %1</source>
        <translation>Enter 记下：%1</translation>
    </message>
    <message>
        <source>Not recorded: there are %1 already. Use paper.</source>
        <translation>未记下：已有 %1 条。请用纸记。</translation>
    </message>
    <message>
        <source>Recorded, but this machine could not store it: also on paper. %1</source>
        <translation>已记下，但本机存不住：同时用纸记。%1</translation>
    </message>
    <message>
        <source>Recorded: %1</source>
        <translation>已记下：%1</translation>
    </message>
    <message>
        <source>Done by voice, %1 recorded · %2</source>
        <translation>口头处置，已记 %1 条 · %2</translation>
    </message>
    <message>
        <source>1–4 what&#x3000;Tab complete&#x3000;Enter record&#x3000;Esc close</source>
        <translation>1–4 种类&#x3000;Tab 补全&#x3000;Enter 记下&#x3000;Esc 关闭</translation>
    </message>
    <message>
        <source>This machine cannot keep the line: also on paper</source>
        <translation>本机未能保存这一行：请同时记在纸上</translation>
    </message>
</context>
<context>
    <name>ems::console::OutageList</name>
    <message>
        <source>Recorded by voice, beside what the server says</source>
        <translation>口头记录，与服务器逐条并列</translation>
    </message>
    <message>
        <source>dropped · Del takes that back</source>
        <translation>已弃 · 再按 Del 恢复</translation>
    </message>
    <message>
        <source>Enter: a call with this text · Y when its case is open</source>
        <translation>Enter：以此文字开新受理 · 立案后按 Y</translation>
    </message>
    <message>
        <source>Enter: done</source>
        <translation>Enter：确认已有</translation>
    </message>
    <message>
        <source>Y when it is done</source>
        <translation>办妥后按 Y</translation>
    </message>
    <message>
        <source>Enter: %1</source>
        <translation>Enter：%1</translation>
    </message>
    <message>
        <source>Recorded by voice: %1 to compare</source>
        <translation>口头记录：%1 条待比对</translation>
    </message>
    <message>
        <source>↑ ↓ choose&#x3000;Enter line&#x3000;Y done&#x3000;Del drop&#x3000;Esc close</source>
        <translation>↑ ↓ 选&#x3000;Enter 取命令&#x3000;Y 办妥&#x3000;Del 弃&#x3000;Esc 关闭</translation>
    </message>
    <message>
        <source>Ctrl+R into the list</source>
        <translation>Ctrl+R 进入列表</translation>
    </message>
    <message>
        <source>Time here</source>
        <translation>本机时间</translation>
    </message>
    <message>
        <source>Recorded at this desk</source>
        <translation>本席记录</translation>
    </message>
    <message>
        <source>The server now</source>
        <translation>服务器现状</translation>
    </message>
    <message>
        <source>server lost</source>
        <translation>服务器断开</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>已弃</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
</context>
<context>
    <name>ems::console::OutageWords</name>
    <message>
        <source>Unit sent</source>
        <translation>派车</translation>
    </message>
    <message>
        <source>State told</source>
        <translation>车组报</translation>
    </message>
    <message>
        <source>Case on paper</source>
        <translation>纸上事件</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>unit, case, note; + in place of the case: one on paper</source>
        <translation>车组 事件 说明；纸上事件以 + 代事件号</translation>
    </message>
    <message>
        <source>unit, state, note</source>
        <translation>车组 状态 说明</translation>
    </message>
    <message>
        <source>who called, where, what</source>
        <translation>谁来电、何处、何事</translation>
    </message>
    <message>
        <source>case, text</source>
        <translation>事件 文字</translation>
    </message>
    <message>
        <source>Sent %1 → %2</source>
        <translation>派 %1 → %2</translation>
    </message>
    <message>
        <source>case on paper</source>
        <translation>纸上事件</translation>
    </message>
    <message>
        <source>%1 says %2</source>
        <translation>%1 报 %2</translation>
    </message>
    <message>
        <source>%1 says %2, on %3</source>
        <translation>%1 报 %2，%3</translation>
    </message>
    <message>
        <source>Note to %1</source>
        <translation>备注 %1</translation>
    </message>
    <message>
        <source>not at the server</source>
        <translation>服务器没有</translation>
    </message>
    <message>
        <source>another time</source>
        <translation>时间不同</translation>
    </message>
    <message>
        <source>the same</source>
        <translation>一致</translation>
    </message>
    <message>
        <source>compare yourself</source>
        <translation>请自行比对</translation>
    </message>
    <message>
        <source>told by voice during an outage</source>
        <translation>断网时口头告知</translation>
    </message>
    <message>
        <source>the unit is not known</source>
        <translation>没有这个车组</translation>
    </message>
    <message>
        <source>on no case</source>
        <translation>未派任务</translation>
    </message>
    <message>
        <source>no case opened since</source>
        <translation>此后未立案</translation>
    </message>
    <message>
        <source>opened since: %1</source>
        <translation>此后立案：%1</translation>
    </message>
    <message>
        <source> and %1 more</source>
        <translation> 等另 %1 件</translation>
    </message>
    <message>
        <source>the case is not in the list any more</source>
        <translation>事件已不在表中</translation>
    </message>
    <message>
        <source>no note</source>
        <translation>无备注</translation>
    </message>
    <message>
        <source>newest note %1: %2</source>
        <translation>最新备注 %1：%2</translation>
    </message>
    <message>
        <source>at %1</source>
        <translation>%1</translation>
    </message>
</context>
<context>
    <name>ems::console::PanelTitle</name>
    <message>
        <source>stopped at %1 · for %2 · read only</source>
        <translation>停在 %1 · 已 %2 · 只读</translation>
    </message>
    <message>
        <source>stopped at %1</source>
        <translation>停于 %1</translation>
    </message>
</context>
<context>
    <name>ems::console::PartsView</name>
    <message>
        <source>What works</source>
        <translation>运行状况</translation>
    </message>
    <message>
        <source>off by %1</source>
        <translation>相差 %1</translation>
    </message>
    <message>
        <source>all %1</source>
        <translation>全部 %1</translation>
    </message>
    <message>
        <source>works</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>%1 of %2 lost</source>
        <translation>%2 中 %1 失去</translation>
    </message>
    <message>
        <source>degraded</source>
        <translation>降级</translation>
    </message>
    <message>
        <source>all %1 lost</source>
        <translation>%1 全部失去</translation>
    </message>
    <message>
        <source>lost</source>
        <translation>失去</translation>
    </message>
    <message>
        <source>not known here</source>
        <translation>本席不知</translation>
    </message>
    <message>
        <source>Everything works</source>
        <translation>全部正常</translation>
    </message>
    <message>
        <source>%1 parts do not work as they should</source>
        <translation>%1 项降级或故障</translation>
    </message>
    <message>
        <source>↑ ↓ scroll&#x3000;Esc close</source>
        <translation>↑ ↓ 滚动&#x3000;Esc 关闭</translation>
    </message>
    <message>
        <source>for %1</source>
        <translation>已 %1</translation>
    </message>
    <message>
        <source>since when is not known</source>
        <translation>起始时间不明</translation>
    </message>
    <message>
        <source>since</source>
        <translation>始于</translation>
    </message>
    <message>
        <source>what is lost</source>
        <translation>失去什么</translation>
    </message>
    <message>
        <source>what still works</source>
        <translation>什么仍可用</translation>
    </message>
    <message>
        <source>what to do</source>
        <translation>怎么办</translation>
    </message>
    <message>
        <source>Dispatch server</source>
        <translation>调度服务器</translation>
    </message>
    <message>
        <source>Orders and storage</source>
        <translation>派令与存储</translation>
    </message>
    <message>
        <source>Data from all vehicles</source>
        <translation>全部车辆数据</translation>
    </message>
    <message>
        <source>Links of vehicles</source>
        <translation>车辆链路</translation>
    </message>
    <message>
        <source>Positions</source>
        <translation>车辆位置</translation>
    </message>
    <message>
        <source>Road times</source>
        <translation>道路时间</translation>
    </message>
    <message>
        <source>Closed roads</source>
        <translation>封闭道路</translation>
    </message>
    <message>
        <source>15 min coverage</source>
        <translation>15 min 覆盖</translation>
    </message>
    <message>
        <source>Archive of vehicles&apos; data</source>
        <translation>车辆数据存档</translation>
    </message>
    <message>
        <source>Video and intercom</source>
        <translation>视频与对讲</translation>
    </message>
    <message>
        <source>Alarm sound of this desk</source>
        <translation>本席报警声</translation>
    </message>
    <message>
        <source>Map of this machine</source>
        <translation>本机地图</translation>
    </message>
    <message>
        <source>Clock of this machine</source>
        <translation>本机时钟</translation>
    </message>
    <message>
        <source>Everything live: queue, units, map, vital signs, alarms. No order leaves this desk.</source>
        <translation>一切实时内容：队列、车组、地图、体征、报警。本席发不出任何派令。</translation>
    </message>
    <message>
        <source>No order and no call is taken or stored: the database is away, or another server is taking over.</source>
        <translation>派令和呼叫都不能受理和存储：数据库不可用，或另一台服务器正在接管。</translation>
    </message>
    <message>
        <source>Live positions, vital signs, crews&apos; buttons; orders do not reach the terminals in the vehicles.</source>
        <translation>实时位置、体征、车组按键；派令到不了车载终端。</translation>
    </message>
    <message>
        <source>Position, vital signs and buttons of these units; orders to them wait.</source>
        <translation>这些车组的位置、体征和按键；发给它们的派令在等待。</translation>
    </message>
    <message>
        <source>Where these units are now: the vehicle is heard, its receiver gives no position.</source>
        <translation>这些车组现在何处：车辆在线，但定位接收机没有给出位置。</translation>
    </message>
    <message>
        <source>Times along roads, routes, closures and coverage: the server has no road map.</source>
        <translation>沿路时间、路线、封路和覆盖：服务器没有路网。</translation>
    </message>
    <message>
        <source>Which roads are closed was not read yet: lists and routes follow the usual times.</source>
        <translation>封路情况尚未读入：推荐和路线按平时时间计算。</translation>
    </message>
    <message>
        <source>Who is not reached within 15 minutes, what a unit uncovers, and where one should wait.</source>
        <translation>15 分钟内到不了哪里、派出后哪里失去覆盖、应在何处待命。</translation>
    </message>
    <message>
        <source>What vehicles send is not stored for now; the last minutes are missing in replay and reports.</source>
        <translation>车辆发来的数据暂未存档；回放和报表缺最近几分钟。</translation>
    </message>
    <message>
        <source>Pictures from the vehicles, speech over the intercom, and their recording.</source>
        <translation>车内图像、对讲通话及其录制。</translation>
    </message>
    <message>
        <source>Alarms are shown and not heard.</source>
        <translation>报警只显示，听不到。</translation>
    </message>
    <message>
        <source>Ground, roads and place names of the map; the search of places.</source>
        <translation>地图的底图、道路和地名；地名检索。</translation>
    </message>
    <message>
        <source>Nothing on the screen: all times are the server&apos;s. Only times this machine notes by itself are off.</source>
        <translation>屏幕不受影响：所有时间都是服务器时间。只有本机自己记的时间不准。</translation>
    </message>
    <message>
        <source>Call form (kept on this machine), last known units, monitors and alarms on board, orders that crews already have.</source>
        <translation>受理单（存于本机）、最后已知的车组、车上的监护仪和报警、车组已收到的派令。</translation>
    </message>
    <message>
        <source>Live positions, vital signs, alarms and pictures; the call form keeps what is typed.</source>
        <translation>实时位置、体征、报警和图像；受理单保留已录入内容。</translation>
    </message>
    <message>
        <source>Calls, recommendations by the last positions, storage of what is entered; monitors and alarms on board.</source>
        <translation>受理、按最后位置推荐、录入内容的存储；车上的监护仪和报警。</translation>
    </message>
    <message>
        <source>All other units. On board: monitor, alarms, the order and the route; the vehicle keeps its data and sends them later.</source>
        <translation>其他车组。车上：监护仪、报警、派令和路线照常；车辆保存数据，之后补发。</translation>
    </message>
    <message>
        <source>Vital signs, orders and buttons of these units; lists count them from where they were last.</source>
        <translation>这些车组的体征、派令和按键；推荐按其最后位置计算。</translation>
    </message>
    <message>
        <source>Recommendations by straight line x 1.4, marked as such; everything else.</source>
        <translation>按直线 ×1.4 的推荐（有标注）；其余一切。</translation>
    </message>
    <message>
        <source>Routes and times of the usual roads; new closures can be entered.</source>
        <translation>平时道路的路线和时间；可录入新的封路。</translation>
    </message>
    <message>
        <source>Recommendations, routes and everything else.</source>
        <translation>推荐、路线和其余一切。</translation>
    </message>
    <message>
        <source>Everything live. Vehicles keep what is not stored and send it again by themselves.</source>
        <translation>一切实时内容。车辆保留未存档的数据并自动补发。</translation>
    </message>
    <message>
        <source>Vital signs, ECG, orders; telephone and radio.</source>
        <translation>体征、心电、派令；电话和电台。</translation>
    </message>
    <message>
        <source>The alarm bar, the flashing and every other desk that has a loudspeaker.</source>
        <translation>报警栏、闪烁，以及其他有扬声器的席位。</translation>
    </message>
    <message>
        <source>Units, cases and routes on an empty ground; recommendations of the server.</source>
        <translation>空白底图上的车组、事件和路线；服务器的推荐。</translation>
    </message>
    <message>
        <source>Everything.</source>
        <translation>全部。</translation>
    </message>
    <message>
        <source>Take calls on. Send by radio or telephone from the list of last known units, note unit and time. The desk connects by itself; then enter what was sent. More than 1 min: call the technician.</source>
        <translation>继续受理。按最后已知车组名单用电台或电话派车，记下车组和时间。本席自动重连，恢复后补录。超过 1 min：呼叫值班技术员。</translation>
    </message>
    <message>
        <source>Wait 10 s, the second server takes over by itself. Until then send by radio and note unit and time. More than 1 min: call the technician.</source>
        <translation>等 10 s，备用服务器自动接管。其间用电台派车并记下车组和时间。超过 1 min：呼叫值班技术员。</translation>
    </message>
    <message>
        <source>Tell crews by radio, enter their states for them (unit board, S). Call the technician.</source>
        <translation>用电台告知车组，替其录入状态（车组板 S）。呼叫值班技术员。</translation>
    </message>
    <message>
        <source>Ask the crew by radio or telephone; enter states and place for it. In a dead zone it comes back by itself.</source>
        <translation>用电台或电话询问车组，替其录入状态和位置。盲区内会自行恢复。</translation>
    </message>
    <message>
        <source>Ask the crew where it is before it is sent. Have the receiver looked at after the shift.</source>
        <translation>派车前先问车组在何处。下班后检修定位接收机。</translation>
    </message>
    <message>
        <source>Judge times by what you know of the roads; hills and river make them longer. Call the technician.</source>
        <translation>凭对道路的了解判断时间；山和河会使路程更长。呼叫值班技术员。</translation>
    </message>
    <message>
        <source>Keep closures you know of in mind; if this stays for more than 1 min, call the technician.</source>
        <translation>记住已知的封路；超过 1 min 未恢复，呼叫值班技术员。</translation>
    </message>
    <message>
        <source>Keep one unit back by judgement before the last one near a township is sent.</source>
        <translation>派出某乡镇附近最后一辆车前，凭判断留一辆。</translation>
    </message>
    <message>
        <source>Nothing at this desk. Call the technician within the hour: what a vehicle can keep is bounded.</source>
        <translation>本席无须处理。一小时内通知技术员：车辆能保存的数据有限。</translation>
    </message>
    <message>
        <source>Advise the crew by telephone; take the ECG and numbers as they stand.</source>
        <translation>用电话指导车组；以现有心电和数值为准。</translation>
    </message>
    <message>
        <source>Keep the alarm bar in view, plug in a loudspeaker, tell the other desk.</source>
        <translation>盯住报警栏，接上扬声器，告知其他席位。</translation>
    </message>
    <message>
        <source>Use addresses and the recommendation list; have the map installed (ems-map).</source>
        <translation>用地址和推荐名单；请技术员安装地图（ems-map）。</translation>
    </message>
    <message>
        <source>Tell the technician; it is no reason to stop.</source>
        <translation>告知技术员；不影响工作。</translation>
    </message>
    <message>
        <source>Positions straight from the vehicles, with their ages (their states are the last known ones); call form (kept on this machine); monitors and alarms on board, orders that crews already have.</source>
        <translation>车辆直接上报的位置及其时效（状态为最后已知）；受理单（存于本机）；车上监护与报警；车组已收到的任务。</translation>
    </message>
    <message>
        <source>Alarm load of this desk</source>
        <translation>本席报警负荷</translation>
    </message>
    <message>
        <source>The time to read each alarm: more than 10 came within 10 minutes.</source>
        <translation>逐条阅读的时间：10 min 内超过 10 条报警。</translation>
    </message>
    <message>
        <source>Every alarm is kept and sounds by its grade; the high ones stand first.</source>
        <translation>报警全部保留，按级别发声；高级报警在前。</translation>
    </message>
    <message>
        <source>Take the high ones first, shelve what is known (Shift+F8, G), ask the other desk to share.</source>
        <translation>先处理高级报警，已知情况搁置（Shift+F8、G），请其他席位分担。</translation>
    </message>
</context>
<context>
    <name>ems::console::PastVitals</name>
    <message>
        <source>fetching earlier numbers</source>
        <translation>正在取更早的数值</translation>
    </message>
    <message>
        <source>no earlier numbers: %1</source>
        <translation>取不到更早的数值：%1</translation>
    </message>
    <message>
        <source>the record holds no earlier numbers</source>
        <translation>档案中没有更早的数值</translation>
    </message>
</context>
<context>
    <name>ems::console::PatientBar</name>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>No case selected</source>
        <translation>未选事件</translation>
    </message>
    <message>
        <source>%1 years</source>
        <translation>%1 岁</translation>
    </message>
    <message>
        <source>first contact %1</source>
        <translation>首次接触 %1</translation>
    </message>
    <message>
        <source>left scene %1</source>
        <translation>离开现场 %1</translation>
    </message>
    <message>
        <source>no hospital chosen</source>
        <translation>未定送往医院</translation>
    </message>
    <message>
        <source>to %1, there at %2, in</source>
        <translation>送往%1，%2 到达，还有</translation>
    </message>
    <message>
        <source>to %1, due at %2, over by</source>
        <translation>送往%1，应于 %2 到达，已超</translation>
    </message>
    <message>
        <source>Alarms off: %1</source>
        <translation>报警关闭：%1</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>%1 alarms off</source>
        <translation>报警关闭：%1 项</translation>
    </message>
    <message>
        <source>to %1 · arrival not known</source>
        <translation>送往%1 · 到达时间未知</translation>
    </message>
    <message>
        <source>%1 · since the scene</source>
        <translation>%1 · 离现场</translation>
    </message>
</context>
<context>
    <name>ems::terminal::PatientPage</name>
    <message>
        <source>no order</source>
        <translation>无任务</translation>
    </message>
    <message>
        <source>Adult</source>
        <translation>成人</translation>
    </message>
    <message>
        <source>Child</source>
        <translation>儿童</translation>
    </message>
    <message>
        <source>Infant</source>
        <translation>婴儿</translation>
    </message>
    <message>
        <source>Limits of: %1</source>
        <translation>报警限：%1</translation>
    </message>
    <message>
        <source>crew&apos;s choice</source>
        <translation>车组选定</translation>
    </message>
    <message>
        <source>by age</source>
        <translation>按年龄</translation>
    </message>
    <message>
        <source>age unknown</source>
        <translation>年龄不详</translation>
    </message>
    <message>
        <source>Send ECG</source>
        <translation>发送心电图</translation>
    </message>
    <message>
        <source>Send the ECG to the physician</source>
        <translation>把心电图发送给医师</translation>
    </message>
    <message>
        <source>kept here, waits for the vehicle computer</source>
        <translation>已存，等待车载主机</translation>
    </message>
    <message>
        <source>sent %1, the centre has it</source>
        <translation>%1 已发送，中心已收到</translation>
    </message>
    <message>
        <source>%1: not taken, call the centre</source>
        <translation>%1：中心未收，请电话联系</translation>
    </message>
    <message>
        <source>%1: on its way</source>
        <translation>%1：发送中</translation>
    </message>
    <message>
        <source>%1: waits for the link</source>
        <translation>%1：等待网络</translation>
    </message>
    <message>
        <source>no ECG runs</source>
        <translation>没有心电信号</translation>
    </message>
</context>
<context>
    <name>ems::console::PlaceList</name>
    <message>
        <source>near %1</source>
        <translation>%1附近</translation>
    </message>
    <message>
        <source>sounds alike</source>
        <translation>同音</translation>
    </message>
    <message>
        <source>one letter differs</source>
        <translation>差一字</translation>
    </message>
    <message>
        <source>only the beginning</source>
        <translation>仅前部相符</translation>
    </message>
    <message>
        <source>Places found</source>
        <translation>找到的地点</translation>
    </message>
    <message>
        <source>↑ ↓ choose · Enter takes it · Esc closes</source>
        <translation>↑ ↓ 选择 · Enter 采用 · Esc 关闭</translation>
    </message>
</context>
<context>
    <name>ems::console::QueueView</name>
    <message>
        <source>Call queue</source>
        <translation>呼叫队列</translation>
    </message>
    <message>
        <source>Waiting %1</source>
        <translation>待处理 %1</translation>
    </message>
    <message>
        <source>Dispatched %1</source>
        <translation>已派 %1</translation>
    </message>
    <message>
        <source>longest wait %1</source>
        <translation>最长等待 %1</translation>
    </message>
    <message>
        <source>by level, duration</source>
        <translation>按级别、时长</translation>
    </message>
    <message>
        <source>No open incident</source>
        <translation>无未结事件</translation>
    </message>
    <message>
        <source>Not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>Same as %1?</source>
        <translation>疑与%1同一事件</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>预约</translation>
    </message>
</context>
<context>
    <name>ems::console::ReasonDialog</name>
    <message>
        <source>A digit of the list, or words</source>
        <translation>按数字选择，或输入文字</translation>
    </message>
    <message>
        <source>Reason: %1</source>
        <translation>原因：%1</translation>
    </message>
    <message>
        <source>A reason is needed: a digit of the list, or words</source>
        <translation>须有原因：按数字选择，或输入文字</translation>
    </message>
    <message>
        <source>Reason: %1 (this machine cannot keep it over a crash)</source>
        <translation>原因：%1（本机未能保存，死机即丢失）</translation>
    </message>
    <message>
        <source>As it was typed before the restart: %1</source>
        <translation>重新启动前所填：%1</translation>
    </message>
</context>
<context>
    <name>ems::console::RecommendView</name>
    <message>
        <source>Recommended units</source>
        <translation>推荐车组</translation>
    </message>
    <message>
        <source>straight line %1, rank %2 in line</source>
        <translation>直线 %1，直线第 %2</translation>
    </message>
    <message>
        <source>nearer in line, slower by road</source>
        <translation>直线更近，沿路更慢</translation>
    </message>
    <message>
        <source>position %1 old</source>
        <translation>位置已 %1</translation>
    </message>
    <message>
        <source>arr. %1</source>
        <translation>%1 到</translation>
    </message>
    <message>
        <source>beyond 15 min</source>
        <translation>超 15 min</translation>
    </message>
    <message>
        <source>turnout %1 s ＋ drive %2 s</source>
        <translation>出车 %1 s ＋ 行驶 %2 s</translation>
    </message>
    <message>
        <source>No incident selected</source>
        <translation>未选事件</translation>
    </message>
    <message>
        <source>No recommendation yet · F5</source>
        <translation>尚无推荐 · F5</translation>
    </message>
    <message>
        <source>lacks %1</source>
        <translation>缺 %1</translation>
    </message>
    <message>
        <source>The first stands first because it keeps the county covered</source>
        <translation>首位因保持全区覆盖而列前</translation>
    </message>
    <message>
        <source>Closed roads were not read yet: usual times</source>
        <translation>尚未读到封路：按平常用时</translation>
    </message>
    <message>
        <source>Instead of a crew that does not answer: HP sends another in one step</source>
        <translation>代替未应答的车组：HP 一步换派</translation>
    </message>
    <message>
        <source>Neighbour %1 %2, about %3 by straight line</source>
        <translation>邻区 %1 %2，直线估 %3</translation>
    </message>
    <message>
        <source>free in about %1 (%2 to %3), then there in %4</source>
        <translation>约 %1 后空闲（%2 至 %3），合计 %4 到</translation>
    </message>
    <message>
        <source>The roads have changed since this list was made: F5 ranks again</source>
        <translation>路况已变，F5 重新排序</translation>
    </message>
    <message>
        <source>The place lies %1 off the nearest road %2: is it right?</source>
        <translation>地点距最近道路 %2 有 %1，请核实</translation>
    </message>
</context>
<context>
    <name>ems::console::RecordedTile</name>
    <message>
        <source>Recorded video</source>
        <translation>录像</translation>
    </message>
    <message>
        <source>Nothing was recorded at this moment</source>
        <translation>此刻没有录像</translation>
    </message>
    <message>
        <source>The recording cannot be read</source>
        <translation>录像不能读取</translation>
    </message>
    <message>
        <source>The recording is being fetched</source>
        <translation>正在取录像</translation>
    </message>
    <message>
        <source>replay</source>
        <translation>回放</translation>
    </message>
    <message>
        <source>× stopped for %1&#x3000;%2</source>
        <translation>× 画面停 %1&#x3000;%2</translation>
    </message>
</context>
<context>
    <name>ems::console::ReplayBar</name>
    <message>
        <source>Replay</source>
        <translation>回放</translation>
    </message>
    <message>
        <source>before</source>
        <translation>上一条</translation>
    </message>
    <message>
        <source>PgUp</source>
        <translation>PgUp</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>空格</translation>
    </message>
    <message>
        <source>next</source>
        <translation>下一条</translation>
    </message>
    <message>
        <source>PgDn</source>
        <translation>PgDn</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>replayed moment</source>
        <translation>回放时刻</translation>
    </message>
    <message>
        <source>no gaps</source>
        <translation>无缺口</translation>
    </message>
    <message>
        <source>gaps: %1</source>
        <translation>缺口 %1 处</translation>
    </message>
    <message>
        <source>waits for the waves</source>
        <translation>等待波形</translation>
    </message>
    <message>
        <source>without speech above ×1</source>
        <translation>×1 以上无语音</translation>
    </message>
    <message>
        <source>fetching</source>
        <translation>正在读取</translation>
    </message>
</context>
<context>
    <name>ems::console::ReplayEntries</name>
    <message>
        <source>What happened</source>
        <translation>事件经过</translation>
    </message>
    <message>
        <source>later</source>
        <translation>后来</translation>
    </message>
</context>
<context>
    <name>ems::console::ReplayWindow</name>
    <message>
        <source>Replay %1</source>
        <translation>回放 %1</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>of other units the position alone</source>
        <translation>其他车组只知位置</translation>
    </message>
    <message>
        <source>Incident timeline</source>
        <translation>事件时间轴</translation>
    </message>
    <message>
        <source>12 leads, recorded</source>
        <translation>12 导联 记录</translation>
    </message>
    <message>
        <source>25 mm/s of recorded time at ×1</source>
        <translation>×1 时 25 mm/s</translation>
    </message>
    <message>
        <source>Recorded video</source>
        <translation>录像</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>事件经过</translation>
    </message>
    <message>
        <source>PgUp</source>
        <translation>PgUp</translation>
    </message>
    <message>
        <source>PgDn</source>
        <translation>PgDn</translation>
    </message>
    <message>
        <source>back to the present</source>
        <translation>回到实时</translation>
    </message>
    <message>
        <source>REPLAY</source>
        <translation>回 放</translation>
    </message>
    <message>
        <source>not the present · no orders can be given</source>
        <translation>不是现在的情况 · 不能派车</translation>
    </message>
    <message>
        <source>recorded %1</source>
        <translation>录于 %1</translation>
    </message>
    <message>
        <source>replayed by %1</source>
        <translation>回放人 %1</translation>
    </message>
    <message>
        <source>now %1 %2 · waiting %3 · alarms %4</source>
        <translation>现在 %1 %2 · 待派 %3 · 未确认报警 %4</translation>
    </message>
    <message>
        <source>The case is being fetched</source>
        <translation>正在读取事件</translation>
    </message>
    <message>
        <source>The case cannot be shown: %1</source>
        <translation>事件不能回放：%1</translation>
    </message>
</context>
<context>
    <name>ems::console::RulerWindow</name>
    <message>
        <source>Millimetres of this screen</source>
        <translation>本屏毫米校准</translation>
    </message>
    <message>
        <source>Hold a real ruler against this one: 0 to 100 mm must agree</source>
        <translation>用直尺对照：0 至 100 mm 须完全吻合</translation>
    </message>
    <message>
        <source>← → shorter, longer; with Shift faster     Enter keep it for this screen     Delete as the screen says     Esc</source>
        <translation>← → 缩短、加长，同按 Shift 更快     Enter 保存到本屏     Delete 恢复屏幕自报值     Esc 放弃</translation>
    </message>
    <message>
        <source>%1 pixels a millimetre; by the screen&apos;s own word %2</source>
        <translation>每毫米 %1 像素；屏幕自报 %2</translation>
    </message>
    <message>
        <source>This screen has been checked with a ruler</source>
        <translation>本屏已用直尺校准</translation>
    </message>
    <message>
        <source>Not checked yet: the ECG says &quot;mm nominal&quot;</source>
        <translation>尚未校准：心电图上标注“毫米未校准”</translation>
    </message>
</context>
<context>
    <name>ems::console::ScoresView</name>
    <message>
        <source>Other scores</source>
        <translation>其他评分</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>无数据</translation>
    </message>
</context>
<context>
    <name>ems::console::SentEcgLoader</name>
    <message>
        <source>no connection to the centre</source>
        <translation>未连接中心</translation>
    </message>
    <message>
        <source>it is not in the record yet</source>
        <translation>记录中还没有这一段</translation>
    </message>
</context>
<context>
    <name>ems::console::SpokenRows</name>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>case %1</source>
        <translation>事件 %1</translation>
    </message>
    <message>
        <source>planned for %1</source>
        <translation>预约 %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1，时限 %2</translation>
    </message>
    <message>
        <source>past its target</source>
        <translation>已超时限</translation>
    </message>
    <message>
        <source>its alarm is not acknowledged</source>
        <translation>其报警未确认</translation>
    </message>
    <message>
        <source>perhaps the same as %1</source>
        <translation>疑与 %1 同一事件</translation>
    </message>
    <message>
        <source>no unit yet</source>
        <translation>尚未派车</translation>
    </message>
    <message>
        <source>as it was before the server was lost</source>
        <translation>为断开前的情况</translation>
    </message>
    <message>
        <source>for %1</source>
        <translation>已 %1</translation>
    </message>
    <message>
        <source>expected %1</source>
        <translation>预计 %1 到</translation>
    </message>
    <message>
        <source>no position</source>
        <translation>无定位</translation>
    </message>
    <message>
        <source>out of contact, position %1 old</source>
        <translation>失联，位置 %1 前</translation>
    </message>
    <message>
        <source>position %1 old</source>
        <translation>位置 %1 前</translation>
    </message>
    <message>
        <source>choice %1</source>
        <translation>候选 %1</translation>
    </message>
    <message>
        <source>there in %1, at %2</source>
        <translation>%1 后到，%2</translation>
    </message>
    <message>
        <source>turnout %1 s and drive %2 s</source>
        <translation>出车 %1 s，行驶 %2 s</translation>
    </message>
    <message>
        <source>beyond 15 min</source>
        <translation>超 15 min</translation>
    </message>
    <message>
        <source>high alarm</source>
        <translation>高级报警</translation>
    </message>
    <message>
        <source>medium alarm</source>
        <translation>中级报警</translation>
    </message>
    <message>
        <source>low alarm</source>
        <translation>低级报警</translation>
    </message>
    <message>
        <source>not acknowledged</source>
        <translation>未确认</translation>
    </message>
    <message>
        <source>at %1</source>
        <translation>%1</translation>
    </message>
    <message>
        <source>%1 after the one before</source>
        <translation>距上一环节 %1</translation>
    </message>
    <message>
        <source>does not apply</source>
        <translation>不适用</translation>
    </message>
    <message>
        <source>comes next</source>
        <translation>下一环节</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>未到</translation>
    </message>
    <message>
        <source>predicted for %1</source>
        <translation>预计 %1</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩 %1</translation>
    </message>
    <message>
        <source>%1 over</source>
        <translation>超 %1</translation>
    </message>
    <message>
        <source>no value</source>
        <translation>无数值</translation>
    </message>
    <message>
        <source>limits %1</source>
        <translation>限值 %1</translation>
    </message>
    <message>
        <source>%1 old</source>
        <translation>%1 前</translation>
    </message>
</context>
<context>
    <name>ems::console::StationWindow</name>
    <message>
        <source>Heard — F8</source>
        <translation>收到 — F8</translation>
    </message>
    <message>
        <source>Print again — P</source>
        <translation>重打 — P</translation>
    </message>
    <message>
        <source>Station board</source>
        <translation>分站大屏</translation>
    </message>
    <message>
        <source>New order %1</source>
        <translation>新任务 %1</translation>
    </message>
    <message>
        <source>no order</source>
        <translation>没有任务</translation>
    </message>
    <message>
        <source>The centre knows no station of this name</source>
        <translation>中心没有这个名称的分站</translation>
    </message>
    <message>
        <source>zone %1</source>
        <translation>责任区 %1</translation>
    </message>
    <message>
        <source>DRILL: not a real order</source>
        <translation>演练：不是真实派车</translation>
    </message>
    <message>
        <source>%1 more running</source>
        <translation>另有 %1 例进行中</translation>
    </message>
    <message>
        <source>since the order</source>
        <translation>派车后</translation>
    </message>
    <message>
        <source>case %1</source>
        <translation>事件 %1</translation>
    </message>
    <message>
        <source>to %1</source>
        <translation>送往 %1</translation>
    </message>
    <message>
        <source>expected at the scene %1</source>
        <translation>预计 %1 到达现场</translation>
    </message>
    <message>
        <source>%1 more units</source>
        <translation>另有 %1 辆</translation>
    </message>
    <message>
        <source>no link</source>
        <translation>无连接</translation>
    </message>
    <message>
        <source>connected to the centre</source>
        <translation>已连接中心</translation>
    </message>
    <message>
        <source>× no link to the centre: orders come by radio or telephone</source>
        <translation>× 与中心失去连接：任务改由电台或电话下达</translation>
    </message>
    <message>
        <source>sound off</source>
        <translation>声音已关闭</translation>
    </message>
    <message>
        <source>No loudspeaker: alarms cannot be heard</source>
        <translation>没有扬声器：听不到报警</translation>
    </message>
    <message>
        <source>× No link to the centre</source>
        <translation>× 与中心失去连接</translation>
    </message>
    <message>
        <source>× No link to the centre for %1</source>
        <translation>× 与中心失去连接 已 %1</translation>
    </message>
    <message>
        <source>Orders come by radio or telephone</source>
        <translation>任务改由电台或电话下达</translation>
    </message>
    <message>
        <source>%1 new orders</source>
        <translation>%1 项新任务</translation>
    </message>
    <message>
        <source>+%1 more new orders</source>
        <translation>另有 %1 项新任务</translation>
    </message>
    <message>
        <source>this machine&apos;s clock · not checked</source>
        <translation>本机钟 · 未校</translation>
    </message>
    <message>
        <source>screen stopped at %1 · for %2</source>
        <translation>画面停在 %1 · 已 %2</translation>
    </message>
    <message>
        <source>nothing known yet</source>
        <translation>尚无数据</translation>
    </message>
    <message>
        <source>no order when the link was lost</source>
        <translation>失去连接时没有任务</translation>
    </message>
</context>
<context>
    <name>ems::console::StatusStrip</name>
    <message>
        <source>Links and clock</source>
        <translation>链路与时钟</translation>
    </message>
    <message>
        <source>server clock</source>
        <translation>服务器时</translation>
    </message>
    <message>
        <source>this machine&apos;s clock · not checked</source>
        <translation>本机钟 · 未校</translation>
    </message>
    <message>
        <source>night theme</source>
        <translation>夜间主题</translation>
    </message>
    <message>
        <source>day theme</source>
        <translation>昼间主题</translation>
    </message>
    <message>
        <source>simulated time x %1</source>
        <translation>模拟时间 ×%1</translation>
    </message>
    <message>
        <source>× Dispatch server disconnected %1</source>
        <translation>× 调度服务断开 %1</translation>
    </message>
    <message>
        <source>Connecting to the dispatch server</source>
        <translation>正在连接调度服务</translation>
    </message>
    <message>
        <source>%1 degraded</source>
        <translation>降级 %1 项</translation>
    </message>
    <message>
        <source>by hand</source>
        <translation>手动</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>ems::terminal::TaskPage</name>
    <message>
        <source>New order %1</source>
        <translation>新任务 %1</translation>
    </message>
    <message>
        <source>Order %1</source>
        <translation>任务 %1</translation>
    </message>
    <message>
        <source>complaint not known</source>
        <translation>主诉不明</translation>
    </message>
    <message>
        <source>Hospital, straight line</source>
        <translation>距医院（直线）</translation>
    </message>
    <message>
        <source>Scene, straight line</source>
        <translation>距现场（直线）</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Destination</source>
        <translation>送往</translation>
    </message>
    <message>
        <source>Centre: %1</source>
        <translation>中心：%1</translation>
    </message>
    <message>
        <source>waiting for the vehicle computer</source>
        <translation>等待车载主机</translation>
    </message>
    <message>
        <source>orders come by radio until it answers</source>
        <translation>恢复前由电台下达任务</translation>
    </message>
    <message>
        <source>no order; a new one sounds and shows here</source>
        <translation>无任务；新任务将响铃并显示于此</translation>
    </message>
    <message>
        <source>no link: orders come by radio or telephone</source>
        <translation>链路断开：任务由电台或电话下达</translation>
    </message>
    <message>
        <source>Hospital, by road</source>
        <translation>到医院，路程</translation>
    </message>
    <message>
        <source>Scene, by road</source>
        <translation>到现场，路程</translation>
    </message>
    <message>
        <source>Arrival</source>
        <translation>预计到达</translation>
    </message>
    <message>
        <source>waits for your answer</source>
        <translation>请答复</translation>
    </message>
    <message>
        <source>you are there</source>
        <translation>已到达</translation>
    </message>
    <message>
        <source>on the way</source>
        <translation>前往中</translation>
    </message>
    <message>
        <source>%1 in a straight line, %2</source>
        <translation>直线 %1，%2</translation>
    </message>
    <message>
        <source>since the order</source>
        <translation>派车后</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>主叫</translation>
    </message>
</context>
<context>
    <name>ems::terminal::TerminalWindow</name>
    <message>
        <source>Crew terminal</source>
        <translation>车组终端</translation>
    </message>
    <message>
        <source>The vehicle computer does not answer; press again.</source>
        <translation>车载主机无应答，请再按一次。</translation>
    </message>
    <message>
        <source>Not taken: %1</source>
        <translation>未受理：%1</translation>
    </message>
    <message>
        <source>Cannot go</source>
        <translation>不能接</translation>
    </message>
    <message>
        <source>Why can you not go?</source>
        <translation>不能接的原因</translation>
    </message>
    <message>
        <source>Back to the order</source>
        <translation>返回任务</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>%1 — still %2 s</source>
        <translation>%1 · 剩 %2 s</translation>
    </message>
    <message>
        <source>Return empty</source>
        <translation>无转运，返站</translation>
    </message>
    <message>
        <source>No loudspeaker: alarms cannot be heard</source>
        <translation>扬声器无效，听不到报警音</translation>
    </message>
    <message>
        <source>Way</source>
        <translation>导航</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>填写</translation>
    </message>
    <message>
        <source>It has changed under your finger: look, and press again.</source>
        <translation>按下时内容已变，请看清后再按一次。</translation>
    </message>
    <message>
        <source>the position says since %1</source>
        <translation>定位显示自 %1 起，属实请按</translation>
    </message>
    <message>
        <source>%1 %2?</source>
        <translation>%1 %2?</translation>
    </message>
    <message>
        <source>%1?</source>
        <translation>%1?</translation>
    </message>
    <message>
        <source>A patient is in your care. Why out of service?</source>
        <translation>患者尚未交接。停用的原因？</translation>
    </message>
    <message>
        <source>The order leaves this screen, and the centre sends another ambulance.</source>
        <translation>确认后任务离开本屏，中心另派救护车。</translation>
    </message>
    <message>
        <source>Back, the order goes on</source>
        <translation>返回，任务继续</translation>
    </message>
    <message>
        <source>still %1 s, then the dispatcher is alarmed</source>
        <translation>剩 %1 s，超时调度席报警</translation>
    </message>
    <message>
        <source>overdue: the dispatcher is alarmed</source>
        <translation>已超时，调度席已报警</translation>
    </message>
    <message>
        <source>Back to the posting</source>
        <translation>返回驻点指令</translation>
    </message>
    <message>
        <source>This size of the texts ends with the next start: it could not be stored.</source>
        <translation>字号未能保存，重新启动后恢复原字号。</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>医嘱</translation>
    </message>
    <message>
        <source>Enter this first, or go back: then the note.</source>
        <translation>请先确定本项或返回，再写记录。</translation>
    </message>
    <message>
        <source>Not stored here: leave the terminal on until the vehicle computer has it.</source>
        <translation>本机未存盘：车载主机收到前请勿关闭终端。</translation>
    </message>
</context>
<context>
    <name>ems::terminal::TerminalWords</name>
    <message>
        <source>Accept</source>
        <translation>接令</translation>
    </message>
    <message>
        <source>Depart</source>
        <translation>出车</translation>
    </message>
    <message>
        <source>At scene</source>
        <translation>到达现场</translation>
    </message>
    <message>
        <source>At patient</source>
        <translation>接触患者</translation>
    </message>
    <message>
        <source>Leave scene</source>
        <translation>离开现场</translation>
    </message>
    <message>
        <source>At hospital</source>
        <translation>到达医院</translation>
    </message>
    <message>
        <source>Handed over</source>
        <translation>完成交接</translation>
    </message>
    <message>
        <source>Leave hospital</source>
        <translation>离院</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>返站</translation>
    </message>
    <message>
        <source>Stand by</source>
        <translation>待命</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>standing by</source>
        <translation>待命</translation>
    </message>
    <message>
        <source>order waits</source>
        <translation>待接令</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>已接令</translation>
    </message>
    <message>
        <source>to the scene</source>
        <translation>赶赴现场</translation>
    </message>
    <message>
        <source>at scene</source>
        <translation>在现场</translation>
    </message>
    <message>
        <source>with patient</source>
        <translation>接触患者</translation>
    </message>
    <message>
        <source>to hospital</source>
        <translation>送医途中</translation>
    </message>
    <message>
        <source>at hospital</source>
        <translation>到达医院</translation>
    </message>
    <message>
        <source>handover</source>
        <translation>交接</translation>
    </message>
    <message>
        <source>leaving hospital</source>
        <translation>离院</translation>
    </message>
    <message>
        <source>returning</source>
        <translation>返站</translation>
    </message>
    <message>
        <source>out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>state unknown</source>
        <translation>状态未知</translation>
    </message>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>critical</source>
        <translation>濒危</translation>
    </message>
    <message>
        <source>severe</source>
        <translation>危重</translation>
    </message>
    <message>
        <source>urgent</source>
        <translation>急症</translation>
    </message>
    <message>
        <source>minor</source>
        <translation>非急症</translation>
    </message>
    <message>
        <source>no level</source>
        <translation>未分级</translation>
    </message>
    <message>
        <source>Vehicle broken down</source>
        <translation>车辆故障</translation>
    </message>
    <message>
        <source>Crew not complete</source>
        <translation>人员不齐</translation>
    </message>
    <message>
        <source>Patient aboard</source>
        <translation>车上有患者</translation>
    </message>
    <message>
        <source>Road impassable</source>
        <translation>道路不通</translation>
    </message>
    <message>
        <source>Equipment missing</source>
        <translation>设备缺失</translation>
    </message>
    <message>
        <source>Other reason, by radio</source>
        <translation>其他原因，电台说明</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 米</translation>
    </message>
    <message>
        <source>%1 km</source>
        <translation>%1 公里</translation>
    </message>
    <message>
        <source>north</source>
        <translation>北</translation>
    </message>
    <message>
        <source>north-east</source>
        <translation>东北</translation>
    </message>
    <message>
        <source>east</source>
        <translation>东</translation>
    </message>
    <message>
        <source>south-east</source>
        <translation>东南</translation>
    </message>
    <message>
        <source>south</source>
        <translation>南</translation>
    </message>
    <message>
        <source>south-west</source>
        <translation>西南</translation>
    </message>
    <message>
        <source>west</source>
        <translation>西</translation>
    </message>
    <message>
        <source>north-west</source>
        <translation>西北</translation>
    </message>
    <message>
        <source>acknowledged</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>sound paused</source>
        <translation>音频暂停</translation>
    </message>
    <message>
        <source>sound off</source>
        <translation>音频关闭</translation>
    </message>
    <message>
        <source>alarm paused</source>
        <translation>报警暂停</translation>
    </message>
    <message>
        <source>alarm off</source>
        <translation>报警关闭</translation>
    </message>
    <message>
        <source>%1 months</source>
        <translation>%1个月</translation>
    </message>
    <message>
        <source>en</source>
        <comment>code of the language: en or zh</comment>
        <translation>zh</translation>
    </message>
    <message>
        <source>this state cannot be pressed</source>
        <translation>该状态不能按键上报</translation>
    </message>
    <message>
        <source>no such age group</source>
        <translation>无此年龄组</translation>
    </message>
    <message>
        <source>no intercom on board</source>
        <translation>车上未装对讲</translation>
    </message>
    <message>
        <source>the alarm is not known</source>
        <translation>无此报警</translation>
    </message>
    <message>
        <source>the alarm is over</source>
        <translation>该报警已结束</translation>
    </message>
    <message>
        <source>of this alarm only the sound can be paused</source>
        <translation>此报警只能暂停音频</translation>
    </message>
    <message>
        <source>only the crew can do that</source>
        <translation>只能由车组操作</translation>
    </message>
    <message>
        <source>too many presses wait: call the centre</source>
        <translation>待送操作过多，请电话联系中心</translation>
    </message>
    <message>
        <source>the vehicle&apos;s computer does not take it</source>
        <translation>车载主机未受理</translation>
    </message>
    <message>
        <source>Physician %1</source>
        <translation>医师%1</translation>
    </message>
    <message>
        <source>Dispatcher %1</source>
        <translation>调度员%1</translation>
    </message>
    <message>
        <source>The centre</source>
        <translation>中心</translation>
    </message>
    <message>
        <source>Go there</source>
        <translation>前往</translation>
    </message>
    <message>
        <source>At the post</source>
        <translation>到达驻点</translation>
    </message>
    <message>
        <source>Stand by at</source>
        <translation>待命地点</translation>
    </message>
    <message>
        <source>Cover the station</source>
        <translation>调站至</translation>
    </message>
    <message>
        <source>Go back to</source>
        <translation>返站至</translation>
    </message>
    <message>
        <source>Wait at</source>
        <translation>等候地点</translation>
    </message>
    <message>
        <source>the posting has ended</source>
        <translation>该驻点指令已结束</translation>
    </message>
    <message>
        <source>Accident on the way</source>
        <translation>途中事故</translation>
    </message>
    <message>
        <source>Crew cannot go on</source>
        <translation>人员无法继续</translation>
    </message>
    <message>
        <source>it no longer waits for an answer</source>
        <translation>已不再等待答复</translation>
    </message>
    <message>
        <source>Order %1 counts, and no longer order %2.</source>
        <translation>以任务 %1 为准，任务 %2 不再执行。</translation>
    </message>
    <message>
        <source>The scene is %1, and not %2.</source>
        <translation>现场为 %1，不是 %2。</translation>
    </message>
    <message>
        <source>The hospital is %1.</source>
        <translation>送往医院为 %1。</translation>
    </message>
    <message>
        <source>The hospital is %1, and no longer %2.</source>
        <translation>送往医院为 %1，不再是 %2。</translation>
    </message>
    <message>
        <source>You are no longer to wait at %1.</source>
        <translation>不再到 %1 待命。</translation>
    </message>
    <message>
        <source>You are to wait at %1, and no longer at %2.</source>
        <translation>改到 %1 待命，不再到 %2。</translation>
    </message>
    <message>
        <source>Order %1 came too late and does not count. Call the centre.</source>
        <translation>任务 %1 到达过迟，不再有效。请与中心联系。</translation>
    </message>
    <message>
        <source>Something else changed. Call the centre.</source>
        <translation>另有变更。请与中心联系。</translation>
    </message>
    <message>
        <source>%1 km/h</source>
        <translation>%1 公里/小时</translation>
    </message>
    <message>
        <source>Order %1 is cancelled.</source>
        <translation>任务 %1 已取消。</translation>
    </message>
    <message>
        <source>Order %1 is cancelled: %2.</source>
        <translation>任务 %1 已取消：%2。</translation>
    </message>
    <message>
        <source> Your state was &quot;%1&quot;, and is now &quot;%2&quot;.</source>
        <translation>本车状态原为“%1”，现为“%2”。</translation>
    </message>
</context>
<context>
    <name>ems::console::TimelineView</name>
    <message>
        <source>Incident timeline</source>
        <translation>事件时间轴</translation>
    </message>
    <message>
        <source>does not apply</source>
        <translation>不适用</translation>
    </message>
    <message>
        <source>left %1</source>
        <translation>剩 %1</translation>
    </message>
    <message>
        <source>over %1</source>
        <translation>超 %1</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>预计</translation>
    </message>
    <message>
        <source>No incident selected</source>
        <translation>未选事件</translation>
    </message>
    <message>
        <source>to dispatch</source>
        <translation>待派</translation>
    </message>
    <message>
        <source>predicted way</source>
        <translation>预计出车</translation>
    </message>
    <message>
        <source>predicted transport</source>
        <translation>预计送医</translation>
    </message>
</context>
<context>
    <name>ems::console::Tour</name>
    <message>
        <source>Enter go on · ← back · Esc end</source>
        <translation>Enter 继续 · ← 返回 · Esc 结束</translation>
    </message>
</context>
<context>
    <name>ems::terminal::TraceView</name>
    <message>
        <source>Live ECG of this vehicle</source>
        <translation>本车实时心电</translation>
    </message>
    <message>
        <source>ECG</source>
        <translation>心电</translation>
    </message>
    <message>
        <source>lead %1</source>
        <translation>%1 导</translation>
    </message>
    <message>
        <source>monitor %1-%2 Hz, not for ST</source>
        <translation>监护 %1-%2 Hz，不作 ST 诊断</translation>
    </message>
    <message>
        <source>no filter</source>
        <translation>未滤波</translation>
    </message>
    <message>
        <source>below: pleth, no scale</source>
        <translation>下：脉搏波，无标度</translation>
    </message>
    <message>
        <source>× vehicle computer silent: no trace</source>
        <translation>× 车载主机无应答，无波形</translation>
    </message>
    <message>
        <source>no ECG runs</source>
        <translation>没有心电信号</translation>
    </message>
    <message>
        <source>× ECG stopped for %1 s</source>
        <translation>× 心电中断 %1 s</translation>
    </message>
    <message>
        <source>lead off</source>
        <translation>导联脱落</translation>
    </message>
    <message>
        <source>SIMULATED SIGNAL</source>
        <translation>模拟信号</translation>
    </message>
</context>
<context>
    <name>ems::console::TrendsView</name>
    <message>
        <source>Trends</source>
        <translation>趋势</translation>
    </message>
    <message>
        <source>No measurements yet</source>
        <translation>尚无测量</translation>
    </message>
</context>
<context>
    <name>ems::console::UnitBoard</name>
    <message>
        <source>Unit board</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>In state</source>
        <translation>状态时长</translation>
    </message>
    <message>
        <source>Incident</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>预计</translation>
    </message>
    <message>
        <source>Pos. age</source>
        <translation>位置时效</translation>
    </message>
    <message>
        <source>hospital</source>
        <translation>医院</translation>
    </message>
    <message>
        <source>What can be done with %1</source>
        <translation>对 %1 的操作</translation>
    </message>
    <message>
        <source>15 min coverage (now, %1)</source>
        <translation>15 min 覆盖（算于 %1）</translation>
    </message>
    <message>
        <source>%1 / %2 townships · %3 % of people</source>
        <translation>%1 / %2 乡镇街道 · %3 % 人口</translation>
    </message>
    <message>
        <source>once %1 is sent</source>
        <translation>派 %1 后</translation>
    </message>
    <message>
        <source>%1 % of people</source>
        <translation>%1 % 人口</translation>
    </message>
    <message>
        <source>fence %1 %2? Y N</source>
        <translation>围栏 %1 %2？Y N</translation>
    </message>
    <message>
        <source>Place · to</source>
        <translation>位置 · 去向</translation>
    </message>
    <message>
        <source>%1? Y N</source>
        <translation>%1？Y N</translation>
    </message>
</context>
<context>
    <name>ems::console::VideoNumbers</name>
    <message>
        <source>Numbers of the patient in the picture</source>
        <translation>画面中患者的数值</translation>
    </message>
    <message>
        <source>case not selected</source>
        <translation>未选中该病例</translation>
    </message>
</context>
<context>
    <name>ems::console::VideoTile</name>
    <message>
        <source>live</source>
        <translation>实时</translation>
    </message>
    <message>
        <source>Waiting for the picture</source>
        <translation>等待画面</translation>
    </message>
    <message>
        <source>No camera granted yet</source>
        <translation>尚未接通摄像</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像机</translation>
    </message>
    <message>
        <source>stored: %1</source>
        <translation>已存入：%1</translation>
    </message>
    <message>
        <source>not stored: %1</source>
        <translation>未存入：%1</translation>
    </message>
    <message>
        <source>picture %1 of %2 into %3</source>
        <translation>%1 %2 抓图 → %3</translation>
    </message>
    <message>
        <source>not connected</source>
        <translation>未连接</translation>
    </message>
    <message>
        <source>storing</source>
        <translation>正在存入</translation>
    </message>
    <message>
        <source>delay %1 s</source>
        <translation>延时 %1 s</translation>
    </message>
    <message>
        <source>loss %1 %&#x3000;%2 kbit/s</source>
        <translation>丢包 %1 %&#x3000;%2 kbit/s</translation>
    </message>
    <message>
        <source>%1×%2&#x3000;%3 fps</source>
        <translation>%1×%2&#x3000;%3 fps</translation>
    </message>
    <message>
        <source>F hold&#x3000;S store&#x3000;Esc small</source>
        <translation>F 定格&#x3000;S 存入&#x3000;Esc 缩小</translation>
    </message>
    <message>
        <source>F hold&#x3000;S store&#x3000;Enter large</source>
        <translation>F 定格&#x3000;S 存入&#x3000;Enter 放大</translation>
    </message>
    <message>
        <source>No camera</source>
        <translation>无摄像机</translation>
    </message>
    <message>
        <source>by TLS</source>
        <translation>经 TLS</translation>
    </message>
    <message>
        <source>Sends %1: only H.264 can be shown</source>
        <translation>该摄像头发送 %1，只能显示 H.264</translation>
    </message>
    <message>
        <source>● recorded</source>
        <translation>● 录像中</translation>
    </message>
    <message>
        <source>○ not recorded</source>
        <translation>○ 未录像</translation>
    </message>
    <message>
        <source>○ not recorded: disk full</source>
        <translation>○ 未录像：磁盘已满</translation>
    </message>
    <message>
        <source>○ not recorded: disk fails</source>
        <translation>○ 未录像：磁盘故障</translation>
    </message>
    <message>
        <source>○ not recorded: disk too slow</source>
        <translation>○ 未录像：磁盘过慢</translation>
    </message>
    <message>
        <source>○ not recorded: switched off</source>
        <translation>○ 未录像：未启用</translation>
    </message>
    <message>
        <source>‖ %1&#x3000;%2</source>
        <comment>when it was taken, camera</comment>
        <translation>‖ %1&#x3000;%2</translation>
    </message>
    <message>
        <source>‖ held picture of %1&#x3000;%2</source>
        <translation>‖ 定格 %1&#x3000;%2</translation>
    </message>
    <message>
        <source>× %1&#x3000;%2</source>
        <comment>stopped for, camera</comment>
        <translation>× 停 %1&#x3000;%2</translation>
    </message>
    <message>
        <source>× stopped for %1&#x3000;%2</source>
        <translation>× 画面停 %1&#x3000;%2</translation>
    </message>
    <message>
        <source>%1 s old&#x3000;%2</source>
        <translation>%1 s 前&#x3000;%2</translation>
    </message>
    <message>
        <source>still %1 s&#x3000;%2</source>
        <translation>静止 %1 s&#x3000;%2</translation>
    </message>
    <message>
        <source>still pictures, %1 s old&#x3000;%2</source>
        <translation>静止画面，%1 s 前&#x3000;%2</translation>
    </message>
</context>
<context>
    <name>ems::console::VideoWall</name>
    <message>
        <source>Cameras</source>
        <translation>摄像机</translation>
    </message>
    <message>
        <source>%1 tiles</source>
        <translation>%1 画面</translation>
    </message>
</context>
<context>
    <name>ems::terminal::VitalTile</name>
    <message>
        <source>Heart rate</source>
        <translation>心率</translation>
    </message>
    <message>
        <source>SpO₂</source>
        <translation>SpO₂</translation>
    </message>
    <message>
        <source>Respiration</source>
        <translation>呼吸</translation>
    </message>
    <message>
        <source>NIBP</source>
        <translation>NIBP</translation>
    </message>
    <message>
        <source>EtCO₂</source>
        <translation>EtCO₂</translation>
    </message>
    <message>
        <source>Temp.</source>
        <translation>体温</translation>
    </message>
    <message>
        <source>was %1, %2 ago</source>
        <translation>曾为 %1，%2 前</translation>
    </message>
    <message>
        <source>%1 ago</source>
        <translation>%1 前</translation>
    </message>
    <message>
        <source>monitor has no value</source>
        <translation>监护仪无数值</translation>
    </message>
    <message>
        <source>no value</source>
        <translation>无数值</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测</translation>
    </message>
</context>
<context>
    <name>ems::console::WallWindow</name>
    <message>
        <source>Wall</source>
        <translation>大屏</translation>
    </message>
    <message>
        <source>EMS 120 centre</source>
        <translation>120 急救指挥中心</translation>
    </message>
    <message>
        <source>Waits longest</source>
        <translation>等待最久</translation>
    </message>
    <message>
        <source>Nobody waits</source>
        <translation>无等待</translation>
    </message>
    <message>
        <source>%1 cases wait for a unit</source>
        <translation>%1 起待派车</translation>
    </message>
    <message>
        <source>sent out</source>
        <translation>已派出</translation>
    </message>
    <message>
        <source>at scene</source>
        <translation>在现场</translation>
    </message>
    <message>
        <source>carrying</source>
        <translation>载患</translation>
    </message>
    <message>
        <source>%1 units, %2 out of contact</source>
        <translation>%1 辆，失联 %2 辆</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>calls in 24 h</source>
        <translation>24 h 受理</translation>
    </message>
    <message>
        <source>sent in 24 h</source>
        <translation>24 h 派车</translation>
    </message>
    <message>
        <source>opened → ordered, median</source>
        <translation>受理→派车 中位数</translation>
    </message>
    <message>
        <source>answered → at scene, median</source>
        <translation>摘机→到场 中位数</translation>
    </message>
    <message>
        <source>at scene within 15 min</source>
        <translation>15 min 到场率</translation>
    </message>
    <message>
        <source>15 min coverage by township</source>
        <translation>各乡镇 15 min 覆盖</translation>
    </message>
    <message>
        <source>× Dispatch server disconnected for %1, screen stopped at %2</source>
        <translation>× 调度服务断开 %1，画面停于 %2</translation>
    </message>
    <message>
        <source>Connecting to the dispatch server</source>
        <translation>正在连接调度服务</translation>
    </message>
    <message>
        <source>stopped at %1</source>
        <translation>停于 %1</translation>
    </message>
    <message>
        <source>this machine&apos;s clock · not checked</source>
        <translation>本机钟 · 未校</translation>
    </message>
    <message>
        <source>Figures of the last 24 h</source>
        <translation>近 24 h 指标</translation>
    </message>
    <message>
        <source>P90 %1</source>
        <translation>P90 %1</translation>
    </message>
    <message>
        <source>answered within 10 s</source>
        <translation>10 s 接听率</translation>
    </message>
    <message>
        <source>departed within 3 min</source>
        <translation>3 min 出车率</translation>
    </message>
    <message>
        <source>calls given a unit</source>
        <translation>呼叫满足率</translation>
    </message>
    <message>
        <source>%1 % of people</source>
        <translation>%1 % 人口</translation>
    </message>
    <message>
        <source>slowest place</source>
        <translation>最慢处</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>1 case waits for a unit</source>
        <translation>1 起待派车</translation>
    </message>
</context>
<context>
    <name>ems::terminal::WayMap</name>
    <message>
        <source>%1 m</source>
        <translation>%1 米</translation>
    </message>
    <message>
        <source>%1 km</source>
        <translation>%1 公里</translation>
    </message>
    <message>
        <source>North up</source>
        <translation>北向上</translation>
    </message>
    <message>
        <source>Course up</source>
        <translation>车头向上</translation>
    </message>
</context>
<context>
    <name>ems::terminal::WayPage</name>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Course up</source>
        <translation>车头向上</translation>
    </message>
    <message>
        <source>North up</source>
        <translation>北向上</translation>
    </message>
    <message>
        <source>All the way</source>
        <translation>全程</translation>
    </message>
    <message>
        <source>Vehicle</source>
        <translation>本车</translation>
    </message>
    <message>
        <source>the map is being opened</source>
        <translation>正在打开地图</translation>
    </message>
    <message>
        <source>this terminal has no map</source>
        <translation>本机没有地图</translation>
    </message>
    <message>
        <source>the map cannot be read</source>
        <translation>地图无法读取</translation>
    </message>
    <message>
        <source>no place to drive to</source>
        <translation>没有要去的地点</translation>
    </message>
    <message>
        <source>no order</source>
        <translation>无任务</translation>
    </message>
    <message>
        <source>no position of the vehicle</source>
        <translation>车辆无定位</translation>
    </message>
    <message>
        <source>no road near the vehicle</source>
        <translation>车辆附近没有道路</translation>
    </message>
    <message>
        <source>no road near the place</source>
        <translation>目的地附近没有道路</translation>
    </message>
    <message>
        <source>no road leads there</source>
        <translation>没有道路可到</translation>
    </message>
    <message>
        <source>looking for the way</source>
        <translation>正在计算路线</translation>
    </message>
    <message>
        <source>arrived</source>
        <translation>已到</translation>
    </message>
    <message>
        <source>then %1, %2</source>
        <translation>再 %1&#x3000;%2</translation>
    </message>
    <message>
        <source>%1 from the road</source>
        <translation>离路 %1</translation>
    </message>
    <message>
        <source>Arrival at the hospital</source>
        <translation>预计到达医院</translation>
    </message>
    <message>
        <source>Arrival at the scene</source>
        <translation>预计到达现场</translation>
    </message>
    <message>
        <source>still %1</source>
        <translation>还有 %1</translation>
    </message>
    <message>
        <source>straight line, north up</source>
        <translation>直线距离，北向上</translation>
    </message>
    <message>
        <source>× stopped %1 s</source>
        <translation>× 停 %1 s</translation>
    </message>
    <message>
        <source>ways are shown for orders; the post is on the task page</source>
        <translation>路线只用于任务；驻点见任务页</translation>
    </message>
</context>
<context>
    <name>ems::console::Words</name>
    <message>
        <source>free</source>
        <translation>待命</translation>
    </message>
    <message>
        <source>sent</source>
        <translation>派车</translation>
    </message>
    <message>
        <source>ackn</source>
        <translation>接令</translation>
    </message>
    <message>
        <source>go</source>
        <translation>出车</translation>
    </message>
    <message>
        <source>scene</source>
        <translation>到场</translation>
    </message>
    <message>
        <source>pat.</source>
        <translation>接触</translation>
    </message>
    <message>
        <source>load</source>
        <translation>送医</translation>
    </message>
    <message>
        <source>hosp</source>
        <translation>到院</translation>
    </message>
    <message>
        <source>hand</source>
        <translation>交接</translation>
    </message>
    <message>
        <source>clear</source>
        <translation>离院</translation>
    </message>
    <message>
        <source>back</source>
        <translation>返程</translation>
    </message>
    <message>
        <source>off</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Ⅰ critical</source>
        <translation>Ⅰ 濒危</translation>
    </message>
    <message>
        <source>Ⅱ severe</source>
        <translation>Ⅱ 危重</translation>
    </message>
    <message>
        <source>Ⅲ urgent</source>
        <translation>Ⅲ 急症</translation>
    </message>
    <message>
        <source>Ⅳ minor</source>
        <translation>Ⅳ 非急症</translation>
    </message>
    <message>
        <source>no level</source>
        <translation>未分级</translation>
    </message>
    <message>
        <source>male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>Ring</source>
        <translation>呼入</translation>
    </message>
    <message>
        <source>Answered</source>
        <translation>摘机</translation>
    </message>
    <message>
        <source>Dispatched</source>
        <translation>派车</translation>
    </message>
    <message>
        <source>Accepted</source>
        <translation>接令</translation>
    </message>
    <message>
        <source>Departed</source>
        <translation>出车</translation>
    </message>
    <message>
        <source>At scene</source>
        <translation>到达现场</translation>
    </message>
    <message>
        <source>At patient</source>
        <translation>接触患者</translation>
    </message>
    <message>
        <source>Left scene</source>
        <translation>离开现场</translation>
    </message>
    <message>
        <source>At hospital</source>
        <translation>到达医院</translation>
    </message>
    <message>
        <source>Handover</source>
        <translation>交接</translation>
    </message>
    <message>
        <source>ringing</source>
        <translation>振铃</translation>
    </message>
    <message>
        <source>call</source>
        <translation>受理</translation>
    </message>
    <message>
        <source>to dispatch</source>
        <translation>待派</translation>
    </message>
    <message>
        <source>to accept</source>
        <translation>接令</translation>
    </message>
    <message>
        <source>to depart</source>
        <translation>出车</translation>
    </message>
    <message>
        <source>to scene</source>
        <translation>待到场</translation>
    </message>
    <message>
        <source>to patient</source>
        <translation>待接触</translation>
    </message>
    <message>
        <source>on scene</source>
        <translation>现场时长</translation>
    </message>
    <message>
        <source>to hospital</source>
        <translation>待到院</translation>
    </message>
    <message>
        <source>to handover</source>
        <translation>待交接</translation>
    </message>
    <message>
        <source>after handover</source>
        <translation>已交接</translation>
    </message>
    <message>
        <source>Sun</source>
        <translation>周日</translation>
    </message>
    <message>
        <source>Mon</source>
        <translation>周一</translation>
    </message>
    <message>
        <source>Tue</source>
        <translation>周二</translation>
    </message>
    <message>
        <source>Wed</source>
        <translation>周三</translation>
    </message>
    <message>
        <source>Thu</source>
        <translation>周四</translation>
    </message>
    <message>
        <source>Fri</source>
        <translation>周五</translation>
    </message>
    <message>
        <source>Sat</source>
        <translation>周六</translation>
    </message>
    <message>
        <source>dispatcher</source>
        <translation>调度席</translation>
    </message>
    <message>
        <source>physician</source>
        <translation>医师席</translation>
    </message>
    <message>
        <source>village point</source>
        <translation>村点</translation>
    </message>
    <message>
        <source>set by dispatcher</source>
        <translation>调度员标定</translation>
    </message>
    <message>
        <source>caller&apos;s phone</source>
        <translation>主叫定位</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1 m</translation>
    </message>
    <message>
        <source>%1 km</source>
        <translation>%1 km</translation>
    </message>
    <message>
        <source>terminal</source>
        <translation>终端</translation>
    </message>
    <message>
        <source>city</source>
        <translation>城市</translation>
    </message>
    <message>
        <source>township</source>
        <translation>乡镇</translation>
    </message>
    <message>
        <source>quarter</source>
        <translation>街道/社区</translation>
    </message>
    <message>
        <source>village</source>
        <translation>村</translation>
    </message>
    <message>
        <source>hamlet</source>
        <translation>自然村</translation>
    </message>
    <message>
        <source>hospital</source>
        <translation>医院</translation>
    </message>
    <message>
        <source>ambulance station</source>
        <translation>急救站</translation>
    </message>
    <message>
        <source>clinic</source>
        <translation>卫生院/诊所</translation>
    </message>
    <message>
        <source>road</source>
        <translation>道路</translation>
    </message>
    <message>
        <source>junction</source>
        <translation>路口</translation>
    </message>
    <message>
        <source>school</source>
        <translation>学校</translation>
    </message>
    <message>
        <source>bridge</source>
        <translation>桥</translation>
    </message>
    <message>
        <source>tunnel</source>
        <translation>隧道</translation>
    </message>
    <message>
        <source>railway station</source>
        <translation>火车站</translation>
    </message>
    <message>
        <source>bus station</source>
        <translation>汽车站</translation>
    </message>
    <message>
        <source>factory</source>
        <translation>工厂</translation>
    </message>
    <message>
        <source>temple</source>
        <translation>寺庙</translation>
    </message>
    <message>
        <source>public office</source>
        <translation>机关</translation>
    </message>
    <message>
        <source>shop or market</source>
        <translation>商店/市场</translation>
    </message>
    <message>
        <source>filling station</source>
        <translation>加油站</translation>
    </message>
    <message>
        <source>housing estate</source>
        <translation>小区</translation>
    </message>
    <message>
        <source>expressway exit or services</source>
        <translation>高速出口/服务区</translation>
    </message>
    <message>
        <source>landmark</source>
        <translation>地标</translation>
    </message>
    <message>
        <source>north</source>
        <translation>北</translation>
    </message>
    <message>
        <source>north-east</source>
        <translation>东北</translation>
    </message>
    <message>
        <source>east</source>
        <translation>东</translation>
    </message>
    <message>
        <source>south-east</source>
        <translation>东南</translation>
    </message>
    <message>
        <source>south</source>
        <translation>南</translation>
    </message>
    <message>
        <source>south-west</source>
        <translation>西南</translation>
    </message>
    <message>
        <source>west</source>
        <translation>西</translation>
    </message>
    <message>
        <source>north-west</source>
        <translation>西北</translation>
    </message>
    <message>
        <source>Nobody within 15 min brings: %1</source>
        <translation>15 min 内无车具备：%1</translation>
    </message>
    <message>
        <source>class %1</source>
        <translation>%1 级</translation>
    </message>
    <message>
        <source>%1 months</source>
        <translation>%1个月</translation>
    </message>
    <message>
        <source>No server: positions straight from the vehicles, orders by telephone</source>
        <translation>服务中断：位置由车辆直接上报，请电话派车</translation>
    </message>
    <message>
        <source>No server, and the broker does not answer: orders by telephone</source>
        <translation>服务中断，且消息代理无应答：请电话派车</translation>
    </message>
    <message>
        <source>place not known</source>
        <translation>地点不明</translation>
    </message>
    <message>
        <source>at its post</source>
        <translation>到达驻点</translation>
    </message>
    <message>
        <source>%1 asked for a unit</source>
        <translation>已请求 %1 派车</translation>
    </message>
    <message>
        <source>%1 refuses</source>
        <translation>%1 不能派车</translation>
    </message>
    <message>
        <source>%1 agrees</source>
        <translation>%1 同意派车</translation>
    </message>
    <message>
        <source>%1 asked</source>
        <translation>已请求 %1</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>受理</translation>
    </message>
    <message>
        <source>tel. %1</source>
        <translation>电话 %1</translation>
    </message>
    <message>
        <source>radio %1</source>
        <translation>电台 %1</translation>
    </message>
</context>
<context>
    <name>ems::console::WorklistView</name>
    <message>
        <source>Running cases</source>
        <translation>在途病例</translation>
    </message>
    <message>
        <source>there %1 · left the scene %2 ago</source>
        <translation>到院 %1 · 离现场 %2</translation>
    </message>
    <message>
        <source>at the hospital %1</source>
        <translation>%1 到院</translation>
    </message>
</context>
<context>
    <name>advisory</name>
    <message>
        <source>advisory, no diagnosis</source>
        <translation>提示，非诊断</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>record V3R, V4R</source>
        <translation>请加做V3R、V4R</translation>
    </message>
    <message>
        <source>record V7-V9</source>
        <translation>请加做V7–V9</translation>
    </message>
    <message>
        <source>aVR up, wide depression</source>
        <translation>aVR抬高伴广泛压低</translation>
    </message>
    <message>
        <source>Sgarbossa %1 points</source>
        <translation>Sgarbossa %1分</translation>
    </message>
    <message>
        <source>ST not measured: needs eight leads for 20 s</source>
        <translation>ST未测量：需8个导联满20秒</translation>
    </message>
    <message>
        <source>ST elevation? %1</source>
        <translation>ST抬高？%1</translation>
    </message>
    <message>
        <source>not judged: %1</source>
        <translation>未判读：%1</translation>
    </message>
    <message>
        <source>ST elevation criteria not seen, excludes nothing</source>
        <translation>未见符合标准的ST抬高，不能排除</translation>
    </message>
    <message>
        <source>ST not interpretable: %1</source>
        <translation>ST不可判读：%1</translation>
    </message>
    <message>
        <source>sex or age unknown: lowest thresholds</source>
        <translation>性别或年龄未知，按最低阈值</translation>
    </message>
    <message>
        <source>irregular beats, AF?</source>
        <translation>心律不齐，疑房颤？</translation>
    </message>
    <message>
        <source>AF not suspected</source>
        <translation>未疑房颤</translation>
    </message>
    <message>
        <source>AF not judged: fewer than 48 intervals</source>
        <translation>房颤未判读：不足48个间期</translation>
    </message>
    <message>
        <source>AF not judged: noise</source>
        <translation>房颤未判读：干扰</translation>
    </message>
    <message>
        <source>AF not judged: frequent ectopic beats</source>
        <translation>房颤未判读：早搏频发</translation>
    </message>
</context>
<context>
    <name>alarms</name>
    <message>
        <source>The link to the dispatch server broke</source>
        <translation>与调度服务器的连接中断</translation>
    </message>
    <message>
        <source>Nothing on the screen is current; no order leaves</source>
        <translation>屏幕内容停止更新，无法下达指令</translation>
    </message>
    <message>
        <source>Dispatch by telephone or radio, Ctrl+R keeps it; tell the one who is on call</source>
        <translation>改用电话、电台调度，用 Ctrl+R 记录；通知值班工程师</translation>
    </message>
    <message>
        <source>The server has no database or has lost the lead</source>
        <translation>服务器失去数据库或主控</translation>
    </message>
    <message>
        <source>Orders are refused</source>
        <translation>指令被拒绝</translation>
    </message>
    <message>
        <source>Nothing of the unit came for 10 s on a task, else for 60 s</source>
        <translation>任务中 10 s、其他时 60 s 未收到该车数据</translation>
    </message>
    <message>
        <source>The desk is blind to what happens meanwhile</source>
        <translation>其间调度台看不到情况</translation>
    </message>
    <message>
        <source>Call the crew by telephone or radio</source>
        <translation>用电话或电台联系车组</translation>
    </message>
    <message>
        <source>A call rings for more than 10 s</source>
        <translation>来电振铃超过 10 s</translation>
    </message>
    <message>
        <source>The caller hangs up</source>
        <translation>呼救者挂断</translation>
    </message>
    <message>
        <source>Answer it: F2</source>
        <translation>接听：F2</translation>
    </message>
    <message>
        <source>No unit 60 s after the answer</source>
        <translation>受理 60 s 后仍未派车</translation>
    </message>
    <message>
        <source>The patient is reached late</source>
        <translation>到达伤病员延误</translation>
    </message>
    <message>
        <source>Send a unit: F4</source>
        <translation>派车：F4</translation>
    </message>
    <message>
        <source>The unit does not drive 3 min after the order</source>
        <translation>下达指令 3 min 后车辆未出动</translation>
    </message>
    <message>
        <source>Call crew or sub-station; send another unit</source>
        <translation>联系车组或分站，必要时另派</translation>
    </message>
    <message>
        <source>The unit stays at the scene for more than 15 min</source>
        <translation>现场停留超过 15 min</translation>
    </message>
    <message>
        <source>Hospital treatment begins late; the unit is missing elsewhere</source>
        <translation>入院延误，他处缺车</translation>
    </message>
    <message>
        <source>Ask the crew whether it needs help</source>
        <translation>询问车组是否需要支援</translation>
    </message>
    <message>
        <source>A unit that is wanted is missing: refused, broken down, diverted</source>
        <translation>所需车辆缺位：拒绝、故障或改派</translation>
    </message>
    <message>
        <source>The unit is still missing after twice the time</source>
        <translation>两倍时限后仍缺车</translation>
    </message>
    <message>
        <source>The patient is not reached</source>
        <translation>伤病员得不到救治</translation>
    </message>
    <message>
        <source>Divert a unit or ask the neighbour county</source>
        <translation>改派车辆或请邻县支援</translation>
    </message>
    <message>
        <source>An order is not on the vehicle after 5 s</source>
        <translation>指令 5 s 未到车上</translation>
    </message>
    <message>
        <source>The crew knows of nothing</source>
        <translation>车组不知情</translation>
    </message>
    <message>
        <source>A unit without a terminal; nobody entered that the crew was told</source>
        <translation>该车无终端，未登记已口头通知</translation>
    </message>
    <message>
        <source>Tell the crew by voice and enter it</source>
        <translation>口头通知车组并登记</translation>
    </message>
    <message>
        <source>The order is on board and nobody pressed yet</source>
        <translation>指令已到车，尚无人按键</translation>
    </message>
    <message>
        <source>Turnout may be late</source>
        <translation>出动可能延误</translation>
    </message>
    <message>
        <source>Wait; call when it becomes silent</source>
        <translation>等待，超时再联系</translation>
    </message>
    <message>
        <source>No answer of the crew 30 s after the order</source>
        <translation>指令下达 30 s 车组未应答</translation>
    </message>
    <message>
        <source>Nobody drives</source>
        <translation>无人出车</translation>
    </message>
    <message>
        <source>The crew pressed a state the centre does not accept</source>
        <translation>车组按键未被中心接受</translation>
    </message>
    <message>
        <source>State on the board is not what the crew thinks</source>
        <translation>台面状态与车组不一致</translation>
    </message>
    <message>
        <source>Ask the crew and enter the state</source>
        <translation>询问车组并登记状态</translation>
    </message>
    <message>
        <source>An electrode is off a patient</source>
        <translation>伤病员身上电极脱落</translation>
    </message>
    <message>
        <source>No rhythm alarm can come</source>
        <translation>心律报警无法产生</translation>
    </message>
    <message>
        <source>Ask the crew to look at electrodes, probe and cable</source>
        <translation>请车组检查电极、探头和导线</translation>
    </message>
    <message>
        <source>Movement or loose electrodes disturb the ECG</source>
        <translation>体动或电极松动干扰心电</translation>
    </message>
    <message>
        <source>The finger probe is off</source>
        <translation>血氧探头脱落</translation>
    </message>
    <message>
        <source>No saturation is watched</source>
        <translation>血氧无人监测</translation>
    </message>
    <message>
        <source>The cuff leaks or sits loose</source>
        <translation>袖带漏气或松脱</translation>
    </message>
    <message>
        <source>The pressure shown is old</source>
        <translation>显示的血压是旧值</translation>
    </message>
    <message>
        <source>Ask the crew to refit the cuff and measure again</source>
        <translation>请车组重新绑好袖带再测</translation>
    </message>
    <message>
        <source>A measurement of the pressure failed</source>
        <translation>一次血压测量失败</translation>
    </message>
    <message>
        <source>The monitor sends nothing to the vehicle&apos;s computer</source>
        <translation>监护仪与车载电脑断开</translation>
    </message>
    <message>
        <source>No number and no alarm of the patient reaches the desk</source>
        <translation>伤病员数据和报警都到不了台面</translation>
    </message>
    <message>
        <source>Ask the crew to read the monitor out and to look at its cable</source>
        <translation>请车组口报监护数据并检查连线</translation>
    </message>
    <message>
        <source>The ECG sends nothing to the vehicle&apos;s computer</source>
        <translation>心电与车载电脑断开</translation>
    </message>
    <message>
        <source>A module of the monitor failed</source>
        <translation>监护仪模块故障</translation>
    </message>
    <message>
        <source>One of the numbers is missing or wrong</source>
        <translation>某项数据缺失或有误</translation>
    </message>
    <message>
        <source>Ask the crew what the monitor shows</source>
        <translation>请车组读出监护仪显示内容</translation>
    </message>
    <message>
        <source>The monitor runs on a weak battery</source>
        <translation>监护仪电池电量低</translation>
    </message>
    <message>
        <source>The monitor goes dark</source>
        <translation>监护仪将关机</translation>
    </message>
    <message>
        <source>Ask the crew to plug it into the vehicle</source>
        <translation>请车组接上车载电源</translation>
    </message>
    <message>
        <source>The receiver has no position</source>
        <translation>接收机无定位</translation>
    </message>
    <message>
        <source>Its place on the map and its arrival are guesses</source>
        <translation>地图位置和到达时间不可靠</translation>
    </message>
    <message>
        <source>Ask the crew where it is before it is sent</source>
        <translation>派车前询问车组位置</translation>
    </message>
    <message>
        <source>The position jumped further than a vehicle drives</source>
        <translation>位置跳变超出车辆可能</translation>
    </message>
    <message>
        <source>The vehicle&apos;s switches are not read</source>
        <translation>车辆开关量读不到</translation>
    </message>
    <message>
        <source>Siren, doors and ignition are not recorded</source>
        <translation>警灯、车门、点火不记录</translation>
    </message>
    <message>
        <source>Note it for the workshop after this task; change the vehicle if one is free</source>
        <translation>记下，任务结束后送修；有空车则换车</translation>
    </message>
    <message>
        <source>The vehicle&apos;s computer runs on a weak battery</source>
        <translation>车载电脑电池电量低</translation>
    </message>
    <message>
        <source>The unit goes off-line</source>
        <translation>该车将失联</translation>
    </message>
    <message>
        <source>Ask the crew to start the engine or plug it in</source>
        <translation>请车组启动发动机或接电源</translation>
    </message>
    <message>
        <source>The vehicle could not reach the centre</source>
        <translation>车辆曾连不上中心</translation>
    </message>
    <message>
        <source>What it kept comes late</source>
        <translation>缓存数据将迟到</translation>
    </message>
    <message>
        <source>The vehicle&apos;s clock is not set</source>
        <translation>车载时钟未校准</translation>
    </message>
    <message>
        <source>Times of its record are guesses</source>
        <translation>其记录时间不可靠</translation>
    </message>
    <message>
        <source>The vehicle&apos;s store fails; it keeps data in memory only</source>
        <translation>车载存储故障，数据只在内存</translation>
    </message>
    <message>
        <source>Data may be missing from the record of the case</source>
        <translation>病例记录可能缺数据</translation>
    </message>
    <message>
        <source>The vehicle&apos;s store is full after a long time off-line</source>
        <translation>长时间断网后车载存储已满</translation>
    </message>
    <message>
        <source>Ask the crew to drive to where there is signal</source>
        <translation>请车组开到有信号处</translation>
    </message>
    <message>
        <source>The vehicle&apos;s store writes slowly</source>
        <translation>车载存储写入缓慢</translation>
    </message>
    <message>
        <source>The vehicle&apos;s store lost its last records at a power cut</source>
        <translation>断电后车载存储丢失最近记录</translation>
    </message>
    <message>
        <source>The vehicle sends more than it may; the centre sheds</source>
        <translation>车辆发送过量，中心限流</translation>
    </message>
    <message>
        <source>Waves and positions of it come thinned</source>
        <translation>其波形和位置被抽稀</translation>
    </message>
    <message>
        <source>The crew pressed the emergency key of the terminal</source>
        <translation>车组按了终端紧急按钮</translation>
    </message>
    <message>
        <source>The crew is in danger</source>
        <translation>车组有危险</translation>
    </message>
    <message>
        <source>Call the crew; send police and another unit</source>
        <translation>联系车组，报警并增派车辆</translation>
    </message>
    <message>
        <source>The terminal felt a collision</source>
        <translation>终端检测到碰撞</translation>
    </message>
    <message>
        <source>Crew and patient may be hurt; the unit is out</source>
        <translation>车组和伤病员可能受伤，车辆无法执行</translation>
    </message>
    <message>
        <source>Call the crew; send another unit</source>
        <translation>联系车组，增派车辆</translation>
    </message>
    <message>
        <source>The terminal felt the vehicle roll over</source>
        <translation>终端检测到侧翻</translation>
    </message>
    <message>
        <source>Receiver of the terminal failed</source>
        <translation>终端定位模块故障</translation>
    </message>
    <message>
        <source>Antenna of the terminal is off</source>
        <translation>终端天线未接</translation>
    </message>
    <message>
        <source>Antenna of the terminal is shorted</source>
        <translation>终端天线短路</translation>
    </message>
    <message>
        <source>Supply of the terminal is low</source>
        <translation>终端供电电压低</translation>
    </message>
    <message>
        <source>The terminal goes off-line</source>
        <translation>终端将失联</translation>
    </message>
    <message>
        <source>Supply of the terminal is cut</source>
        <translation>终端断电</translation>
    </message>
    <message>
        <source>No beat of the heart in the ECG for 4 s</source>
        <translation>心电图 4 s 无心搏</translation>
    </message>
    <message>
        <source>Irreversible harm of brain and heart within minutes</source>
        <translation>数分钟内脑和心脏不可逆损害</translation>
    </message>
    <message>
        <source>Have the crew feel for a pulse and begin resuscitation; stay on the line</source>
        <translation>指导车组摸脉搏、立即心肺复苏，保持通话</translation>
    </message>
    <message>
        <source>Fibrillation waves in the ECG for 4 s</source>
        <translation>心电图出现室颤波 4 s</translation>
    </message>
    <message>
        <source>Have the crew begin resuscitation and defibrillate; stay on the line</source>
        <translation>指导车组立即心肺复苏、除颤，保持通话</translation>
    </message>
    <message>
        <source>A run of wide beats faster than the limit</source>
        <translation>宽大心搏连续过速</translation>
    </message>
    <message>
        <source>May turn into fibrillation at any moment</source>
        <translation>随时可能转为室颤</translation>
    </message>
    <message>
        <source>Have the crew feel for a pulse; cardiovert or defibrillate</source>
        <translation>指导车组摸脉搏，电复律或除颤</translation>
    </message>
    <message>
        <source>Heart rate far below the limit</source>
        <translation>心率远低于下限</translation>
    </message>
    <message>
        <source>Circulation fails; arrest may follow</source>
        <translation>循环衰竭，可能心脏骤停</translation>
    </message>
    <message>
        <source>Have the crew check consciousness and pulse; atropine or pacing</source>
        <translation>指导车组查意识和脉搏，阿托品或起搏</translation>
    </message>
    <message>
        <source>Heart rate far above the limit</source>
        <translation>心率远高于上限</translation>
    </message>
    <message>
        <source>Look at the strip and a 12-lead; tell the crew what to give</source>
        <translation>查看心电和 12 导联，指导车组用药</translation>
    </message>
    <message>
        <source>No breath</source>
        <translation>无呼吸</translation>
    </message>
    <message>
        <source>Have the crew open the airway, give oxygen or ventilate</source>
        <translation>指导车组开放气道、给氧或辅助通气</translation>
    </message>
    <message>
        <source>Oxygen saturation below 80 %</source>
        <translation>血氧饱和度低于 80 %</translation>
    </message>
    <message>
        <source>Arrest from lack of oxygen</source>
        <translation>缺氧致心脏骤停</translation>
    </message>
    <message>
        <source>Almost no carbon dioxide in the breath</source>
        <translation>呼出气几乎没有二氧化碳</translation>
    </message>
    <message>
        <source>The tube lies wrong, or there is no circulation</source>
        <translation>气管插管位置不当或无循环</translation>
    </message>
    <message>
        <source>Have the crew check the tube and the pulse</source>
        <translation>指导车组核对插管位置和脉搏</translation>
    </message>
    <message>
        <source>Heart rate below the limit of the patient&apos;s age group</source>
        <translation>心率低于该年龄组下限</translation>
    </message>
    <message>
        <source>Shock or failure of organs</source>
        <translation>休克或脏器衰竭</translation>
    </message>
    <message>
        <source>Heart rate above the limit of the patient&apos;s age group</source>
        <translation>心率高于该年龄组上限</translation>
    </message>
    <message>
        <source>Oxygen saturation below the limit</source>
        <translation>血氧饱和度低于下限</translation>
    </message>
    <message>
        <source>Lack of oxygen</source>
        <translation>缺氧</translation>
    </message>
    <message>
        <source>Ask for probe and airway; have oxygen given</source>
        <translation>请车组查探头和气道，给氧</translation>
    </message>
    <message>
        <source>Oxygen saturation of an infant above the limit</source>
        <translation>婴儿血氧饱和度高于上限</translation>
    </message>
    <message>
        <source>Too much oxygen harms an infant&apos;s eyes and lungs</source>
        <translation>过量氧损伤婴儿眼和肺</translation>
    </message>
    <message>
        <source>Have the oxygen turned down</source>
        <translation>请车组调低氧流量</translation>
    </message>
    <message>
        <source>Respiration below the limit of the patient&apos;s age group</source>
        <translation>呼吸低于该年龄组下限</translation>
    </message>
    <message>
        <source>Breathing may stop</source>
        <translation>可能呼吸停止</translation>
    </message>
    <message>
        <source>Respiration above the limit of the patient&apos;s age group</source>
        <translation>呼吸高于该年龄组上限</translation>
    </message>
    <message>
        <source>The patient tires; lack of oxygen</source>
        <translation>伤病员呼吸疲劳、缺氧</translation>
    </message>
    <message>
        <source>Tell the crew over the intercom and have the patient looked at</source>
        <translation>用对讲告知车组，请其查看伤病员</translation>
    </message>
    <message>
        <source>Systolic pressure below the limit of the patient&apos;s age group</source>
        <translation>收缩压低于该年龄组下限</translation>
    </message>
    <message>
        <source>Have the pressure measured again and treated by the order set</source>
        <translation>请车组复测血压并按医嘱处置</translation>
    </message>
    <message>
        <source>Systolic pressure above the limit of the patient&apos;s age group</source>
        <translation>收缩压高于该年龄组上限</translation>
    </message>
    <message>
        <source>Stroke, heart failure, bleeding</source>
        <translation>卒中、心衰、出血</translation>
    </message>
    <message>
        <source>Mean pressure below the limit of the patient&apos;s age group</source>
        <translation>平均压低于该年龄组下限</translation>
    </message>
    <message>
        <source>Mean pressure above the limit of the patient&apos;s age group</source>
        <translation>平均压高于该年龄组上限</translation>
    </message>
    <message>
        <source>Diastolic pressure below the limit of the patient&apos;s age group</source>
        <translation>舒张压低于该年龄组下限</translation>
    </message>
    <message>
        <source>Diastolic pressure above the limit of the patient&apos;s age group</source>
        <translation>舒张压高于该年龄组上限</translation>
    </message>
    <message>
        <source>EtCO₂ below the limit of the patient&apos;s age group</source>
        <translation>呼末二氧化碳低于该年龄组下限</translation>
    </message>
    <message>
        <source>Ventilated too fast, or little circulation</source>
        <translation>通气过度或循环不足</translation>
    </message>
    <message>
        <source>Have ventilation and pulse checked</source>
        <translation>请车组核对通气和脉搏</translation>
    </message>
    <message>
        <source>EtCO₂ above the limit of the patient&apos;s age group</source>
        <translation>呼末二氧化碳高于该年龄组上限</translation>
    </message>
    <message>
        <source>Ventilated too little; loss of consciousness</source>
        <translation>通气不足，意识丧失</translation>
    </message>
    <message>
        <source>Temperature below the limit of the patient&apos;s age group</source>
        <translation>体温低于该年龄组下限</translation>
    </message>
    <message>
        <source>Bleeding and disturbed rhythm</source>
        <translation>出血、心律失常</translation>
    </message>
    <message>
        <source>Have the patient warmed and the probe checked</source>
        <translation>请车组保暖并检查探头</translation>
    </message>
    <message>
        <source>Temperature above the limit of the patient&apos;s age group</source>
        <translation>体温高于该年龄组上限</translation>
    </message>
    <message>
        <source>Convulsion, heat stroke</source>
        <translation>惊厥、热射病</translation>
    </message>
    <message>
        <source>Have the patient cooled and the probe checked</source>
        <translation>请车组降温并检查探头</translation>
    </message>
    <message>
        <source>The monitor finds no pulse at a probe that is on</source>
        <translation>探头在位，监护仪测不到脉搏</translation>
    </message>
    <message>
        <source>Perhaps electrical activity without a pulse</source>
        <translation>可能是无脉性电活动</translation>
    </message>
    <message>
        <source>Have the crew feel for a pulse at once, then the probe</source>
        <translation>指导车组立即摸脉搏，再查探头</translation>
    </message>
    <message>
        <source>ST raised in two of three windows; an advisory</source>
        <translation>三个窗口中两个 ST 段抬高，仅为提示</translation>
    </message>
    <message>
        <source>A heart attack is treated late</source>
        <translation>心肌梗死延误救治</translation>
    </message>
    <message>
        <source>Read a 12-lead; pre-alert the hospital</source>
        <translation>判读 12 导联，向医院预警</translation>
    </message>
    <message>
        <source>Irregular beats in two of three windows; an advisory</source>
        <translation>三个窗口中两个心搏不齐，仅为提示</translation>
    </message>
    <message>
        <source>Stroke; rapid rate</source>
        <translation>卒中、心室率过快</translation>
    </message>
    <message>
        <source>Look at the strip when there is time</source>
        <translation>有空时查看心电</translation>
    </message>
    <message>
        <source>The monitor on board raises an alarm this system has no name for</source>
        <translation>车上监护仪报警，本系统未收录该编号</translation>
    </message>
    <message>
        <source>Not known here; the monitor shows it</source>
        <translation>此处不明，监护仪上有显示</translation>
    </message>
    <message>
        <source>The crew pressed the call key</source>
        <translation>车组按了呼叫键</translation>
    </message>
    <message>
        <source>The crew waits for advice</source>
        <translation>车组在等待指导</translation>
    </message>
    <message>
        <source>Hold F12 to speak; a crew without an intercom waits to be rung</source>
        <translation>按住 F12 通话；车上无对讲的车组等医师回电话</translation>
    </message>
    <message>
        <source>The crew does not go where it was posted</source>
        <translation>车组不去指定驻点</translation>
    </message>
    <message>
        <source>Nobody covers the place</source>
        <translation>该处无人值守</translation>
    </message>
    <message>
        <source>Read its reason; post another unit or call the crew</source>
        <translation>查看原因，改派其他车组驻点或联系该车组</translation>
    </message>
    <message>
        <source>The crew pressed the key for its dispatcher</source>
        <translation>车组按下呼叫调度键</translation>
    </message>
    <message>
        <source>The crew waits for an answer</source>
        <translation>车组等待答复</translation>
    </message>
    <message>
        <source>A camera of the vehicle gives no picture</source>
        <translation>车上一台摄像头没有画面</translation>
    </message>
    <message>
        <source>Nobody at the centre sees the patient</source>
        <translation>中心看不到患者</translation>
    </message>
    <message>
        <source>Ask the crew to look at the camera and its cable</source>
        <translation>请车组检查摄像头及其线缆</translation>
    </message>
    <message>
        <source>The media server&apos;s disk is full, fails, or takes too little</source>
        <translation>媒体服务器磁盘已满、故障或写入过慢</translation>
    </message>
    <message>
        <source>Pictures of this patient are missing from the record of the case</source>
        <translation>病例记录中缺少该患者的录像</translation>
    </message>
    <message>
        <source>Store single pictures: S on the tile; tell the one who is on call</source>
        <translation>在画面上按 S 保存单帧图像；通知值班人员</translation>
    </message>
    <message>
        <source>Hold F12 to speak, after Shift+F12 on another&apos;s line; or ring the crew</source>
        <translation>按住 F12 通话（正与他组通话时先按 Shift+F12）；或打车组电话</translation>
    </message>
</context>
<context>
    <name>codes</name>
    <message>
        <source>nearest by road</source>
        <translation>路程最近</translation>
    </message>
    <message>
        <source>not the nearest in a straight line</source>
        <translation>直线非最近</translation>
    </message>
    <message>
        <source>nearest in a straight line only</source>
        <translation>仅直线最近</translation>
    </message>
    <message>
        <source>position is old</source>
        <translation>位置陈旧</translation>
    </message>
    <message>
        <source>not heard of for ten minutes: may be anywhere</source>
        <translation>十分钟无消息，位置不明</translation>
    </message>
    <message>
        <source>no contact with the vehicle</source>
        <translation>与车辆失联</translation>
    </message>
    <message>
        <source>vehicle offline</source>
        <translation>车辆离线</translation>
    </message>
    <message>
        <source>lacks something the call needs</source>
        <translation>不完全满足本次需求</translation>
    </message>
    <message>
        <source>there long before a fit unit: send both</source>
        <translation>可先到场，建议同时派出合适车组</translation>
    </message>
    <message>
        <source>put first: keeps the county covered</source>
        <translation>优先：保持区域覆盖</translation>
    </message>
    <message>
        <source>quickest, yet leaves an area uncovered</source>
        <translation>最快，但派出后有区域失去覆盖</translation>
    </message>
    <message>
        <source>home zone</source>
        <translation>本辖区</translation>
    </message>
    <message>
        <source>another zone</source>
        <translation>跨辖区</translation>
    </message>
    <message>
        <source>crew’s shift ends soon</source>
        <translation>班组临近交班</translation>
    </message>
    <message>
        <source>crew is past its shift</source>
        <translation>班组已超时</translation>
    </message>
    <message>
        <source>short of fuel</source>
        <translation>油量偏低</translation>
    </message>
    <message>
        <source>not cleaned since an infectious patient</source>
        <translation>转运传染患者后未消毒</translation>
    </message>
    <message>
        <source>free later, with its total time</source>
        <translation>稍后空闲，已计总时间</translation>
    </message>
    <message>
        <source>could be there before the first</source>
        <translation>可早于首选到达</translation>
    </message>
    <message>
        <source>on a less urgent call, may be diverted</source>
        <translation>在低优先级任务上，可改派</translation>
    </message>
    <message>
        <source>stands on no road of the map</source>
        <translation>车辆不在地图道路上</translation>
    </message>
    <message>
        <source>the road at the scene is closed</source>
        <translation>现场所在道路已封闭</translation>
    </message>
    <message>
        <source>fuel does not reach</source>
        <translation>油量不足以到达</translation>
    </message>
    <message>
        <source>already on the road</source>
        <translation>已在途</translation>
    </message>
    <message>
        <source>beyond 15 min</source>
        <translation>超 15 min</translation>
    </message>
    <message>
        <source>within 15 min</source>
        <translation>15 min 内</translation>
    </message>
    <message>
        <source>estimated by straight line</source>
        <translation>按直线估算</translation>
    </message>
    <message>
        <source>on a task</source>
        <translation>任务中</translation>
    </message>
    <message>
        <source>out of service</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>position unknown</source>
        <translation>位置不明</translation>
    </message>
    <message>
        <source>no road leads there</source>
        <translation>无路可达</translation>
    </message>
    <message>
        <source>too far</source>
        <translation>过远</translation>
    </message>
    <message>
        <source>Dispatch server disconnected</source>
        <translation>调度服务断开</translation>
    </message>
    <message>
        <source>Unit out of contact</source>
        <translation>失联</translation>
    </message>
    <message>
        <source>Dispatch overdue</source>
        <translation>派车超时</translation>
    </message>
    <message>
        <source>Heart rate high</source>
        <translation>心率高</translation>
    </message>
    <message>
        <source>Heart rate low</source>
        <translation>心率低</translation>
    </message>
    <message>
        <source>Pulse rate high</source>
        <translation>脉率高</translation>
    </message>
    <message>
        <source>Pulse rate low</source>
        <translation>脉率低</translation>
    </message>
    <message>
        <source>SpO₂ low</source>
        <translation>SpO₂ 低</translation>
    </message>
    <message>
        <source>Respiration high</source>
        <translation>呼吸快</translation>
    </message>
    <message>
        <source>Respiration low</source>
        <translation>呼吸慢</translation>
    </message>
    <message>
        <source>Blood pressure high</source>
        <translation>血压高</translation>
    </message>
    <message>
        <source>Blood pressure low</source>
        <translation>血压低</translation>
    </message>
    <message>
        <source>Temperature high</source>
        <translation>体温高</translation>
    </message>
    <message>
        <source>Temperature low</source>
        <translation>体温低</translation>
    </message>
    <message>
        <source>EtCO₂ high</source>
        <translation>EtCO₂ 高</translation>
    </message>
    <message>
        <source>EtCO₂ low</source>
        <translation>EtCO₂ 低</translation>
    </message>
    <message>
        <source>Ventricular fibrillation</source>
        <translation>室颤</translation>
    </message>
    <message>
        <source>Ventricular tachycardia</source>
        <translation>室速</translation>
    </message>
    <message>
        <source>Asystole</source>
        <translation>心脏停搏</translation>
    </message>
    <message>
        <source>ECG lead off</source>
        <translation>心电导联脱落</translation>
    </message>
    <message>
        <source>SpO₂ sensor off</source>
        <translation>血氧探头脱落</translation>
    </message>
    <message>
        <source>Centre out of reach</source>
        <translation>与中心失去联系</translation>
    </message>
    <message>
        <source>Vehicle clock not set</source>
        <translation>车载时钟未校准</translation>
    </message>
    <message>
        <source>No pulse at the probe</source>
        <translation>血氧探头无脉搏</translation>
    </message>
    <message>
        <source>Monitor disconnected</source>
        <translation>监护仪断开</translation>
    </message>
    <message>
        <source>Positioning lost</source>
        <translation>定位丢失</translation>
    </message>
    <message>
        <source>own station&apos;s area</source>
        <translation>本站辖区</translation>
    </message>
    <message>
        <source>no position, taken to be at its station</source>
        <translation>无定位，按在站计</translation>
    </message>
    <message>
        <source>No unit can be sent</source>
        <translation>无车可派</translation>
    </message>
    <message>
        <source>No unit arrives within 15 min</source>
        <translation>15 min 内无车可到</translation>
    </message>
    <message>
        <source>ECG disconnected</source>
        <translation>心电断开</translation>
    </message>
    <message>
        <source>Position not plausible</source>
        <translation>定位不可信</translation>
    </message>
    <message>
        <source>Vehicle store failed</source>
        <translation>车载存储故障</translation>
    </message>
    <message>
        <source>Server takes no orders; dispatch by telephone or radio</source>
        <translation>服务器不受理指令，请用电话或电台调度</translation>
    </message>
    <message>
        <source>Vehicle inputs disconnected</source>
        <translation>车况输入断开</translation>
    </message>
    <message>
        <source>Short of units</source>
        <translation>车辆不足</translation>
    </message>
    <message>
        <source>Order not on the vehicle</source>
        <translation>派车单未送达车辆</translation>
    </message>
    <message>
        <source>No answer of the crew</source>
        <translation>车组未应答</translation>
    </message>
    <message>
        <source>Crew has not answered yet</source>
        <translation>车组尚未应答</translation>
    </message>
    <message>
        <source>Tell the crew by telephone or radio</source>
        <translation>请用电话或电台通知车组</translation>
    </message>
    <message>
        <source>Crew&apos;s button not accepted</source>
        <translation>车组按键未被接受</translation>
    </message>
    <message>
        <source>SOS from the vehicle</source>
        <translation>车辆紧急求助</translation>
    </message>
    <message>
        <source>Vehicle in a collision</source>
        <translation>车辆碰撞</translation>
    </message>
    <message>
        <source>Vehicle rolled over</source>
        <translation>车辆侧翻</translation>
    </message>
    <message>
        <source>Terminal: positioning fault</source>
        <translation>终端定位故障</translation>
    </message>
    <message>
        <source>Terminal: antenna not connected</source>
        <translation>终端天线未接</translation>
    </message>
    <message>
        <source>Terminal: antenna short circuit</source>
        <translation>终端天线短路</translation>
    </message>
    <message>
        <source>Terminal: low voltage</source>
        <translation>终端欠压</translation>
    </message>
    <message>
        <source>Terminal: power cut</source>
        <translation>终端断电</translation>
    </message>
    <message>
        <source>Vehicle sends too much</source>
        <translation>车载端发送过量</translation>
    </message>
    <message>
        <source>Heart rate extremely low</source>
        <translation>心率极低</translation>
    </message>
    <message>
        <source>Heart rate extremely high</source>
        <translation>心率极高</translation>
    </message>
    <message>
        <source>No breathing</source>
        <translation>呼吸暂停</translation>
    </message>
    <message>
        <source>SpO₂ critically low</source>
        <translation>SpO₂ 危急低</translation>
    </message>
    <message>
        <source>SpO₂ high</source>
        <translation>SpO₂ 高</translation>
    </message>
    <message>
        <source>EtCO₂ critically low</source>
        <translation>EtCO₂ 危急低</translation>
    </message>
    <message>
        <source>Mean pressure low</source>
        <translation>平均压低</translation>
    </message>
    <message>
        <source>Mean pressure high</source>
        <translation>平均压高</translation>
    </message>
    <message>
        <source>Diastolic pressure low</source>
        <translation>舒张压低</translation>
    </message>
    <message>
        <source>Diastolic pressure high</source>
        <translation>舒张压高</translation>
    </message>
    <message>
        <source>ECG disturbed</source>
        <translation>心电干扰</translation>
    </message>
    <message>
        <source>Monitor alarm no. %1</source>
        <translation>监护仪报警 %1 号</translation>
    </message>
    <message>
        <source>physician</source>
        <translation>医师</translation>
    </message>
    <message>
        <source>ventilator</source>
        <translation>呼吸机</translation>
    </message>
    <message>
        <source>infusion pump</source>
        <translation>输液泵</translation>
    </message>
    <message>
        <source>incubator</source>
        <translation>转运暖箱</translation>
    </message>
    <message>
        <source>bariatric stretcher</source>
        <translation>加宽担架</translation>
    </message>
    <message>
        <source>obstetric set</source>
        <translation>产包</translation>
    </message>
    <message>
        <source>Vehicle store slow</source>
        <translation>车载存储缓慢</translation>
    </message>
    <message>
        <source>Vehicle store lost its last records</source>
        <translation>车载存储丢失最近记录</translation>
    </message>
    <message>
        <source>No road map: straight line x 1.4</source>
        <translation>无路网：按直线 ×1.4</translation>
    </message>
    <message>
        <source>The place is off the road map: straight line x 1.4</source>
        <translation>现场不在路网上：按直线 ×1.4</translation>
    </message>
    <message>
        <source>A unit is off the road map: its time is by straight line x 1.4</source>
        <translation>有车不在路网上：其时间按直线 ×1.4</translation>
    </message>
    <message>
        <source>Closed roads leave nobody a way: times of the usual roads</source>
        <translation>封路后无车可达：按平常道路计时</translation>
    </message>
    <message>
        <source>Crew calls for the physician</source>
        <translation>车组呼叫医师</translation>
    </message>
    <message>
        <source>Still short of units</source>
        <translation>车组仍不足</translation>
    </message>
    <message>
        <source>ST elevation? Advisory, no diagnosis</source>
        <translation>ST抬高？提示，非诊断</translation>
    </message>
    <message>
        <source>Irregular beats, AF? Advisory, no diagnosis</source>
        <translation>心律不齐，疑房颤？提示，非诊断</translation>
    </message>
    <message>
        <source>Vehicle store full, old records dropped</source>
        <translation>车载存储已满，旧记录已丢弃</translation>
    </message>
    <message>
        <source>Cuff leaks or sits loose</source>
        <translation>袖带漏气或松脱</translation>
    </message>
    <message>
        <source>Blood pressure measurement failed</source>
        <translation>血压测量失败</translation>
    </message>
    <message>
        <source>Module of the monitor failed</source>
        <translation>监护仪模块故障</translation>
    </message>
    <message>
        <source>Monitor battery low</source>
        <translation>监护仪电量低</translation>
    </message>
    <message>
        <source>Vehicle computer battery low</source>
        <translation>车载计算机电量低</translation>
    </message>
    <message>
        <source>position told by voice</source>
        <translation>位置由口头报告</translation>
    </message>
    <message>
        <source>Crew does not go where it was posted</source>
        <translation>车组不执行驻点指令</translation>
    </message>
    <message>
        <source>Call not answered</source>
        <translation>来电未接听</translation>
    </message>
    <message>
        <source>Turnout overdue</source>
        <translation>出动超时</translation>
    </message>
    <message>
        <source>Long at the scene</source>
        <translation>现场停留过久</translation>
    </message>
    <message>
        <source>Camera without picture</source>
        <translation>摄像头无画面</translation>
    </message>
    <message>
        <source>cabin</source>
        <translation>车厢</translation>
    </message>
    <message>
        <source>front</source>
        <translation>车前</translation>
    </message>
    <message>
        <source>rear</source>
        <translation>车后</translation>
    </message>
    <message>
        <source>stretcher</source>
        <translation>担架</translation>
    </message>
    <message>
        <source>helmet</source>
        <translation>头盔</translation>
    </message>
    <message>
        <source>handheld</source>
        <translation>手持</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Video is not recorded</source>
        <translation>视频未录像</translation>
    </message>
    <message>
        <source>Crew calls for the dispatcher: talk or ring</source>
        <translation>车组呼叫调度：请通话或打电话</translation>
    </message>
</context>
<context>
    <name>ecg_sent</name>
    <message>
        <source>ECG sent %1</source>
        <translation>心电已发 %1</translation>
    </message>
</context>
<context>
    <name>findings</name>
    <message>
        <source>chest pain</source>
        <translation>胸痛</translation>
    </message>
    <message>
        <source>short of breath</source>
        <translation>呼吸困难</translation>
    </message>
    <message>
        <source>stroke signs</source>
        <translation>卒中征象</translation>
    </message>
    <message>
        <source>unconscious</source>
        <translation>昏迷</translation>
    </message>
    <message>
        <source>trauma</source>
        <translation>外伤</translation>
    </message>
    <message>
        <source>bleeding</source>
        <translation>出血</translation>
    </message>
    <message>
        <source>abdominal pain</source>
        <translation>腹痛</translation>
    </message>
    <message>
        <source>seizure</source>
        <translation>抽搐</translation>
    </message>
    <message>
        <source>fever</source>
        <translation>发热</translation>
    </message>
    <message>
        <source>poisoning</source>
        <translation>中毒</translation>
    </message>
    <message>
        <source>labour, pregnancy</source>
        <translation>孕产</translation>
    </message>
    <message>
        <source>palpitation</source>
        <translation>心悸</translation>
    </message>
    <message>
        <source>relative aboard</source>
        <translation>家属随车</translation>
    </message>
    <message>
        <source>no allergy known</source>
        <translation>无过敏史</translation>
    </message>
    <message>
        <source>drug allergy</source>
        <translation>药物过敏</translation>
    </message>
    <message>
        <source>on anticoagulants</source>
        <translation>服抗凝药</translation>
    </message>
    <message>
        <source>venous access</source>
        <translation>已建静脉通路</translation>
    </message>
    <message>
        <source>12-lead taken</source>
        <translation>已做 12 导</translation>
    </message>
    <message>
        <source>aspirin given</source>
        <translation>已给阿司匹林</translation>
    </message>
    <message>
        <source>immobilised</source>
        <translation>已固定</translation>
    </message>
    <message>
        <source>airway opened</source>
        <translation>已开放气道</translation>
    </message>
    <message>
        <source>intubated</source>
        <translation>已插管</translation>
    </message>
    <message>
        <source>CPR running</source>
        <translation>心肺复苏中</translation>
    </message>
    <message>
        <source>vomiting</source>
        <translation>呕吐</translation>
    </message>
</context>
<context>
    <name>found</name>
    <message>
        <source>withdrawn by the crew %1</source>
        <translation>车组 %1 撤回</translation>
    </message>
</context>
<context>
    <name>map_note</name>
    <message>
        <source>en</source>
        <comment>code of the language: en or zh</comment>
        <translation>zh</translation>
    </message>
</context>
<context>
    <name>news2</name>
    <message>
        <source>Resp.</source>
        <translation>呼吸</translation>
    </message>
    <message>
        <source>Oxygen</source>
        <translation>吸氧</translation>
    </message>
    <message>
        <source>Systolic</source>
        <translation>收缩压</translation>
    </message>
    <message>
        <source>Pulse</source>
        <translation>脉搏</translation>
    </message>
    <message>
        <source>Consc.</source>
        <translation>意识</translation>
    </message>
    <message>
        <source>Temp.</source>
        <translation>体温</translation>
    </message>
    <message>
        <source>low</source>
        <translation>低</translation>
    </message>
    <message>
        <source>low-medium</source>
        <translation>低中</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>中</translation>
    </message>
    <message>
        <source>high</source>
        <translation>高</translation>
    </message>
    <message>
        <source>for 16 years and older</source>
        <translation>适用于 16 岁及以上</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>%1–%2 · at least %3 · %4 missing</source>
        <translation>%1–%2 · 至少%3 · 缺 %4 项</translation>
    </message>
    <message>
        <source>oldest number %1</source>
        <translation>最旧数值 %1</translation>
    </message>
    <message>
        <source>total</source>
        <translation>总分</translation>
    </message>
    <message>
        <source>Refill</source>
        <translation>充盈</translation>
    </message>
    <message>
        <source>Effort</source>
        <translation>用力</translation>
    </message>
    <message>
        <source>PEWS needs the age: enter it in the call</source>
        <translation>PEWS需年龄：请在受理单填写</translation>
    </message>
    <message>
        <source>high from 8</source>
        <translation>≥8为高危</translation>
    </message>
    <message>
        <source>%1–%2 · %3 · %4 missing</source>
        <translation>%1–%2 · %3 · 缺%4项</translation>
    </message>
</context>
<context>
    <name>numerics</name>
    <message>
        <source>Heart rate</source>
        <translation>心率</translation>
    </message>
    <message>
        <source>/min</source>
        <translation>次/min</translation>
    </message>
    <message>
        <source>Respiration</source>
        <translation>呼吸</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>体温</translation>
    </message>
    <message>
        <source>Pulse rate</source>
        <translation>脉率</translation>
    </message>
    <message>
        <source>no data</source>
        <translation>无数据</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测</translation>
    </message>
    <message>
        <source>sensor off</source>
        <translation>探头脱落</translation>
    </message>
    <message>
        <source>HR</source>
        <translation>心率</translation>
    </message>
    <message>
        <source>Resp</source>
        <translation>呼吸</translation>
    </message>
    <message>
        <source>Temp</source>
        <translation>体温</translation>
    </message>
    <message>
        <source>PR</source>
        <translation>脉率</translation>
    </message>
    <message>
        <source>alarms off</source>
        <translation>报警关闭</translation>
    </message>
    <message>
        <source>alarms off by %1: %2</source>
        <translation>报警关闭 %1：%2</translation>
    </message>
</context>
<context>
    <name>parts</name>
    <message>
        <source>&lt; 1 ms</source>
        <translation>&lt; 1 ms</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 ms</translation>
    </message>
    <message>
        <source>%1 / %2 fresh</source>
        <translation>%1 / %2 实时</translation>
    </message>
    <message>
        <source>dispatch service</source>
        <translation>调度服务</translation>
    </message>
    <message>
        <source>takes no orders</source>
        <translation>不接受指令</translation>
    </message>
    <message>
        <source>broker</source>
        <translation>消息代理</translation>
    </message>
    <message>
        <source>vehicles</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>records</source>
        <translation>存档</translation>
    </message>
    <message>
        <source>video and voice</source>
        <translation>音视频</translation>
    </message>
    <message>
        <source>clock</source>
        <translation>时钟</translation>
    </message>
    <message>
        <source>off by %1 ms</source>
        <translation>相差 %1 ms</translation>
    </message>
</context>
<context>
    <name>replay</name>
    <message>
        <source>order is on the vehicle</source>
        <translation>任务已到车</translation>
    </message>
    <message>
        <source>crew accepted</source>
        <translation>车组接令</translation>
    </message>
    <message>
        <source>crew refused</source>
        <translation>车组拒绝</translation>
    </message>
    <message>
        <source>crew refused after accepting</source>
        <translation>车组接令后拒绝</translation>
    </message>
    <message>
        <source>crew reported its state</source>
        <translation>车组上报状态</translation>
    </message>
    <message>
        <source>order never reached the vehicle</source>
        <translation>任务未能送达</translation>
    </message>
    <message>
        <source>refusal entered</source>
        <translation>登记车组拒绝</translation>
    </message>
    <message>
        <source>unit posted</source>
        <translation>下达驻点</translation>
    </message>
    <message>
        <source>calls merged</source>
        <translation>合并呼叫</translation>
    </message>
    <message>
        <source>crew told by voice</source>
        <translation>已口头告知车组</translation>
    </message>
    <message>
        <source>proposal dismissed</source>
        <translation>不采纳建议</translation>
    </message>
    <message>
        <source>alarm acknowledged or put away</source>
        <translation>报警确认或搁置</translation>
    </message>
    <message>
        <source>video left</source>
        <translation>停止查看视频</translation>
    </message>
    <message>
        <source>intercom left</source>
        <translation>退出对讲</translation>
    </message>
    <message>
        <source>identity shown</source>
        <translation>查看身份信息</translation>
    </message>
    <message>
        <source>facts of the unit changed</source>
        <translation>修改车组情况</translation>
    </message>
    <message>
        <source>road closed</source>
        <translation>封路</translation>
    </message>
    <message>
        <source>road opened</source>
        <translation>恢复通行</translation>
    </message>
    <message>
        <source>call taken</source>
        <translation>受理呼叫</translation>
    </message>
    <message>
        <source>case changed</source>
        <translation>修改事件</translation>
    </message>
    <message>
        <source>unit ordered</source>
        <translation>派车</translation>
    </message>
    <message>
        <source>order called back</source>
        <translation>取消派车</translation>
    </message>
    <message>
        <source>hospital set</source>
        <translation>确定医院</translation>
    </message>
    <message>
        <source>case closed</source>
        <translation>结束事件</translation>
    </message>
    <message>
        <source>unit exchanged</source>
        <translation>换车</translation>
    </message>
    <message>
        <source>unit diverted</source>
        <translation>改派</translation>
    </message>
    <message>
        <source>time put right</source>
        <translation>更正时间</translation>
    </message>
    <message>
        <source>video looked at</source>
        <translation>查看视频</translation>
    </message>
    <message>
        <source>intercom joined</source>
        <translation>加入对讲</translation>
    </message>
    <message>
        <source>picture stored</source>
        <translation>存入抓图</translation>
    </message>
    <message>
        <source>case replayed</source>
        <translation>回放事件</translation>
    </message>
    <message>
        <source>recording read</source>
        <translation>读取录音录像</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>speech:</source>
        <translation>通话</translation>
    </message>
    <message>
        <source>crew</source>
        <translation>车组</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>缺口</translation>
    </message>
    <message>
        <source>vital signs</source>
        <translation>生命体征</translation>
    </message>
    <message>
        <source>note:</source>
        <translation>备注：</translation>
    </message>
    <message>
        <source>neighbour asked or answered</source>
        <translation>请求邻区或邻区答复</translation>
    </message>
</context>
<context>
    <name>scores</name>
    <message>
        <source>temperature</source>
        <translation>体温</translation>
    </message>
    <message>
        <source>consciousness</source>
        <translation>意识</translation>
    </message>
    <message>
        <source>mentation</source>
        <translation>意识改变</translation>
    </message>
    <message>
        <source>HR and SBP within 2 min</source>
        <translation>2分钟内的心率与收缩压</translation>
    </message>
    <message>
        <source>missing: %1</source>
        <translation>缺：%1</translation>
    </message>
    <message>
        <source>below normal</source>
        <translation>低于正常</translation>
    </message>
    <message>
        <source>normal 0.5-0.7</source>
        <translation>正常0.5–0.7</translation>
    </message>
    <message>
        <source>raised</source>
        <translation>偏高</translation>
    </message>
    <message>
        <source>abnormal from 0.9</source>
        <translation>≥0.9异常</translation>
    </message>
    <message>
        <source>shock likely from 1.0</source>
        <translation>≥1.0疑休克</translation>
    </message>
    <message>
        <source>massive haemorrhage from 1.4</source>
        <translation>≥1.4备大出血</translation>
    </message>
    <message>
        <source>Shock index</source>
        <translation>休克指数</translation>
    </message>
    <message>
        <source>above the age&apos;s bound</source>
        <translation>超出年龄界值</translation>
    </message>
    <message>
        <source>within the age&apos;s bound</source>
        <translation>在年龄界值内</translation>
    </message>
    <message>
        <source>bounds are for 4 to 16 years</source>
        <translation>界值限4–16岁</translation>
    </message>
    <message>
        <source>critical from 5</source>
        <translation>≥5危急</translation>
    </message>
    <message>
        <source>positive from 2</source>
        <translation>≥2阳性</translation>
    </message>
    <message>
        <source>respiration</source>
        <translation>呼吸</translation>
    </message>
    <message>
        <source>heart rate</source>
        <translation>心率</translation>
    </message>
    <message>
        <source>pulse</source>
        <translation>脉率</translation>
    </message>
    <message>
        <source>systolic</source>
        <translation>收缩压</translation>
    </message>
    <message>
        <source>oxygen</source>
        <translation>吸氧</translation>
    </message>
    <message>
        <source>SpO₂</source>
        <translation>SpO₂</translation>
    </message>
    <message>
        <source>capillary refill</source>
        <translation>毛细血管再充盈</translation>
    </message>
    <message>
        <source>effort</source>
        <translation>呼吸做功</translation>
    </message>
    <message>
        <source>air</source>
        <translation>空气</translation>
    </message>
    <message>
        <source>altered</source>
        <translation>改变</translation>
    </message>
    <message>
        <source>level %1</source>
        <translation>%1 级</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
</context>
</TS>
