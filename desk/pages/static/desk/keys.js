// allauth says by this event that the browser got nothing from a key: somebody has to be told.
document.addEventListener('allauth.error', function (event) {
  event.preventDefault()
  document.getElementById('key-failed').hidden = false
})
