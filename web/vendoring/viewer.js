// CpmViewer: shows a process and lets one move and zoom in it; it edits nothing.
export { default as Viewer } from 'bpmn-js/lib/NavigatedViewer';
