import { defineStrings } from '#ui/strings.ts';

/** Of the colours in `tokens.css`, by their numbers. */
const ENGLISH = 'Blue,Orange,Green,Pink,Violet,Cyan,Yellow,Red,Dark green,Grey'.split(',');
const CHINESE = '蓝,橙,绿,粉,紫,青,黄,红,深绿,灰'.split(',');

export const colourTexts = defineStrings({
  en: {
    title: (name: string) => `Colour of ${name}`,
    byPath: 'By its path again',
    done: 'Done',
    note: 'The same on every page, kept in this browser. The dash tells runs apart without colour.',
    colour: (number: number) => ENGLISH[number - 1] ?? '',
  },
  zh: {
    title: (name) => `${name} 的颜色`,
    byPath: '恢复按路径分配',
    done: '完成',
    note: '所有页面一致，并保存在此浏览器中。虚线样式可在不看颜色时区分各次训练。',
    colour: (number) => CHINESE[number - 1] ?? '',
  },
});
