import { defineStrings } from '#ui/strings.ts';

export const texts = defineStrings({
  en: {
    suggestions: 'Suggestions',
    checkpoints: 'Checkpoints',
    metric: 'Metric',
    byRun: 'Main metric of each run',
    lower: 'Lower is better',
    columns: 'Metric columns',
    evaluatedOn: (dataset: string) => `evaluated on ${dataset}`,
    find: 'Find',
    findHint: 'Part of a path',
    latest: 'Latest sound',
    best: (metric: string) => `Best by ${metric}`,
    smoothed: (metric: string) => `Best by smoothed ${metric}`,
    before: 'Last before divergence',
    beforeDivergence: (step: string, place: string) =>
      `The run diverged at step ${step}; this one was saved before: ${place}.`,
    calmest: (metric: string, value: string, place: string) =>
      `Smoothed over its neighbours, ${metric} is best here: ${value} at ${place}. Less a matter of luck than its best single value.`,
    open: 'Open',
    resume: 'Resume…',
    evaluate: 'Score it',
    verify: 'Verify',
    verifyAll: 'Verify all',
    verifying: (name: string) => `Comparing checksums of ${name}`,
    verified: (done: string, total: string) => `${done} of ${total} checkpoints`,
    of: (done: string, total: string) => `${done} of ${total}`,
    stop: 'Stopped: what was compared until then is kept.',
    name: 'Checkpoint',
    run: 'Run',
    step: 'Step',
    epoch: 'Epoch',
    size: 'Size',
    age: 'Age',
    verdict: 'Verdict',
    resumes: 'Can resume',
    actions: 'Actions',
    waiting: 'Reading…',
    notRead: (title: string) => `${title}, not read yet`,
    root: 'the directory itself',
    noRuns: 'No run is selected',
    noRunsWhy: 'Select runs in the list to see their checkpoints.',
    noCheckpoints: 'No checkpoints here',
    noCheckpointsWhy: 'The selected runs hold logs alone.',
    noMatch: 'No path contains this.',
    none: 'No complete checkpoint to go on from.',
    noneYet: 'Reading checkpoints and logs…',
    noMetric: 'No log or checkpoint has a metric to choose by.',
    problems: (count: number) =>
      count === 1 ? '1 problem in its files' : `${count} problems in its files`,
    reading: (done: string, total: string) => `${done} of ${total} runs read`,
    more: (count: string) => `Show ${count} more runs`,
    diverged: (step: string) =>
      `The loss diverged at step ${step}, and this one was saved after that.`,
    newest: (of: number, place: string) =>
      of === 1
        ? `The only checkpoint, and complete: ${place}.`
        : `Newest complete one of ${of} checkpoints: ${place}.`,
    lowest: (of: number, metric: string, value: string, place: string) =>
      of === 1
        ? `The only checkpoint: ${metric} is ${value} at ${place}.`
        : `Lowest ${metric} of ${of} checkpoints: ${value} at ${place}.`,
    highest: (of: number, metric: string, value: string, place: string) =>
      of === 1
        ? `The only checkpoint: ${metric} is ${value} at ${place}.`
        : `Highest ${metric} of ${of} checkpoints: ${value} at ${place}.`,
    comma: ', ',
    atEpoch: (epoch: string) => `epoch ${epoch}`,
    atStep: (step: string) => `step ${step}`,
    newer: (name: string, verdict: string, reason: string) =>
      `${name} is newer, but ${verdict.toLowerCase()}: ${reason}`,
    better: (name: string, verdict: string, reason: string) =>
      `${name} is better, but ${verdict.toLowerCase()}: ${reason}`,
    passedMore: (count: string) =>
      `${count} more are passed over; the table below says what is wrong with each.`,
    namesLatest: (file: string, target: string) => `${file} names ${target} as the latest`,
    namesBest: (file: string, target: string) => `${file} names ${target} as the best`,
    claim: (says: string, verdict: string) => `${says}: ${verdict}.`,
    dangling: (file: string, target: string) => `${file} names ${target}, which is not there.`,
    ownLatest: (file: string) => `The name of ${file} says that it is the latest`,
    ownBest: (file: string) => `The name of ${file} says that it is the best`,
    agrees: 'agrees',
    differs: 'differs',
  },
  zh: {
    suggestions: '建议',
    checkpoints: '检查点',
    metric: '指标',
    byRun: '每次训练的主要指标',
    lower: '越低越好',
    columns: '指标列',
    evaluatedOn: (dataset) => `在 ${dataset} 上评估`,
    find: '查找',
    findHint: '路径的一部分',
    latest: '最新的完好检查点',
    best: (metric) => `按 ${metric} 最佳`,
    smoothed: (metric) => `按平滑后的 ${metric} 最优`,
    before: '发散前的最后一个',
    beforeDivergence: (step, place) => `训练在第 ${step} 步发散；此检查点保存于之前：${place}。`,
    calmest: (metric, value, place) =>
      `与相邻点平滑后，${metric} 在此最优：${place}为 ${value}。比单个最优值更少受运气影响。`,
    open: '打开',
    resume: '恢复训练…',
    evaluate: '计算得分',
    verify: '校验',
    verifyAll: '全部校验',
    verifying: (name) => `正在比对 ${name} 的校验和`,
    verified: (done, total) => `第 ${done} 个，共 ${total} 个检查点`,
    of: (done, total) => `${done} / ${total}`,
    stop: '已停止：已完成的比对结果会保留。',
    name: '检查点',
    run: '训练',
    step: '步数',
    epoch: '轮次',
    size: '大小',
    age: '保存时间',
    verdict: '结论',
    resumes: '可恢复',
    actions: '操作',
    waiting: '正在读取…',
    notRead: (title) => `${title}，尚不支持读取`,
    root: '目录本身',
    noRuns: '未选择任何训练',
    noRunsWhy: '请在列表中选择训练以查看其检查点。',
    noCheckpoints: '这里没有检查点',
    noCheckpointsWhy: '所选训练只有日志。',
    noMatch: '没有路径包含此内容。',
    none: '没有可用于继续训练的完整检查点。',
    noneYet: '正在读取检查点和日志…',
    noMetric: '日志和检查点中都没有可供选择的指标。',
    problems: (count) => `其文件中有 ${count} 个问题`,
    reading: (done, total) => `已读取 ${done} / ${total} 次训练`,
    more: (count) => `再显示 ${count} 次训练`,
    diverged: (step) => `损失在第 ${step} 步发散，而此检查点是在那之后保存的。`,
    newest: (of, place) =>
      of === 1
        ? `唯一的检查点，且完整：${place}。`
        : `${of} 个检查点中最新的完整检查点：${place}。`,
    lowest: (of, metric, value, place) =>
      of === 1
        ? `唯一的检查点：${place}，${metric} 为 ${value}。`
        : `${of} 个检查点中 ${metric} 最低：${place}，值为 ${value}。`,
    highest: (of, metric, value, place) =>
      of === 1
        ? `唯一的检查点：${place}，${metric} 为 ${value}。`
        : `${of} 个检查点中 ${metric} 最高：${place}，值为 ${value}。`,
    comma: '，',
    atEpoch: (epoch) => `第 ${epoch} 轮`,
    atStep: (step) => `第 ${step} 步`,
    newer: (name, verdict, reason) => `${name} 更新，但${verdict}：${reason}`,
    better: (name, verdict, reason) => `${name} 更好，但${verdict}：${reason}`,
    passedMore: (count) => `另有 ${count} 个被跳过；原因见下表。`,
    namesLatest: (file, target) => `${file} 指明最新的是 ${target}`,
    namesBest: (file, target) => `${file} 指明最佳的是 ${target}`,
    claim: (says, verdict) => `${says}：${verdict}。`,
    dangling: (file, target) => `${file} 指明的 ${target} 不存在。`,
    ownLatest: (file) => `${file} 的名称表明它是最新的`,
    ownBest: (file) => `${file} 的名称表明它是最佳的`,
    agrees: '一致',
    differs: '不一致',
  },
});
